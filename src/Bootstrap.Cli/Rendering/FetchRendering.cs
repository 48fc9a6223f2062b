using System.Collections.Concurrent;
using Bootstrap.Platform;
using Bootstrap.Sources;

namespace Bootstrap.Cli.Rendering;

/// <summary>Shows sources being fetched: bytes in all on a terminal, a line for each that is done.</summary>
internal sealed class FetchRendering : IProgress<Advance>, IDisposable
{
    private readonly ConcurrentDictionary<string, Advance> _progress = [];
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly Lock _drawing = new();

    public void Report(Advance value)
    {
        _progress[value.What] = value;
        if (_live)
            Show();
    }

    public void Say(string line)
    {
        lock (_drawing)
        {
            Clear();
            Console.WriteLine(line);
        }
    }

    public void Dispose() => Clear();

    private void Show()
    {
        lock (_drawing)
        {
            Clear();
            var bytes = _progress.Values.Sum(progress => progress.Done);
            var total = _progress.Values.Sum(progress => progress.Total ?? progress.Done);
            Console.Error.Write($"{Quantity.Bytes(bytes)} of {Quantity.Bytes(total)}");
        }
    }

    private void Clear()
    {
        if (_live)
            Console.Error.Write("\r\e[K");
    }
}
