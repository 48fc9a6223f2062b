namespace Bootstrap.Sources;

/// <summary>A value that is looked up once for all who ask, each of whom may give up waiting; a look-up that failed is made again.</summary>
internal sealed class OnceAsync<T>(Func<Task<T>> lookUp)
{
    private readonly Lock _gate = new();
    private Task<T>? _value;

    public Task<T> GetAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_value is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                _value = lookUp();
            return _value.WaitAsync(cancel);
        }
    }
}
