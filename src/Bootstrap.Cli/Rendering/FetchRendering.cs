using System.Collections.Concurrent;
using Bootstrap.Sources;

namespace Bootstrap.Cli.Rendering;

/// <summary>Shows sources being fetched: bytes in all on a terminal, a line for each that is done.</summary>
internal sealed class FetchRendering : IProgress<FetchProgress>, IDisposable
{
    private readonly ConcurrentDictionary<string, FetchProgress> _progress = [];
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly Lock _drawing = new();

    public void Report(FetchProgress value)
    {
        _progress[value.Source] = value;
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
            var bytes = _progress.Values.Sum(progress => progress.Bytes);
            var total = _progress.Values.Sum(progress => progress.Total ?? progress.Bytes);
            Console.Error.Write($"{Quantity.Bytes(bytes)} of {Quantity.Bytes(total)}");
        }
    }

    private void Clear()
    {
        if (_live)
            Console.Error.Write("\r\e[K");
    }
}
