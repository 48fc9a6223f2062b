namespace Bootstrap.Sources;

/// <summary>A value that is looked up once, for all who ask for it; a look-up that failed is made again. Who asks may give up waiting, the others go on.</summary>
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
