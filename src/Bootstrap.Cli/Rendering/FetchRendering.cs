using System.Collections.Concurrent;
using Bootstrap.Definitions;
using Bootstrap.Sources;

namespace Bootstrap.Cli.Rendering;

/// <summary>Shows sources being fetched: bytes in all on a terminal, a line for each that is done.</summary>
internal sealed class FetchRendering : IDisposable
{
    private readonly ConcurrentDictionary<string, FetchProgress> _progress = [];
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly Lock _drawing = new();

    public IProgress<FetchProgress> For(Source source) => For(source.Name);

    public IProgress<FetchProgress> For(string name) => new Reporter(this, name);

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
        {
            Console.Error.Write("\r\e[K");
        }
    }

    private sealed class Reporter(FetchRendering rendering, string source) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value)
        {
            rendering._progress[source] = value;
            if (rendering._live)
            {
                rendering.Show();
            }
        }
    }
}
