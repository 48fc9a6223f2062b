using Bootstrap.Execution;

namespace Bootstrap.Cli.Rendering;

/// <summary>Shows a run, and lets go of the terminal when disposed.</summary>
internal interface IRunRendering : IBuildObserver, IDisposable;

/// <summary>Chooses how a run is shown: a live status on a terminal, plain lines in a pipe, JSON where it is asked for.</summary>
internal static class Observers
{
    public static IRunRendering For(bool json) =>
        json ? new JsonRendering(Console.Out)
        : Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "dumb" ? new PlainRendering(Console.Out)
        : new TerminalRendering(Console.Out);
}
