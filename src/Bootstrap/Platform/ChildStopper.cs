using System.Diagnostics;
using System.Globalization;

namespace Bootstrap.Platform;

/// <summary>Ends a child process before its time and waits until it is gone.</summary>
internal static class ChildStopper
{
    private const int Kill = 9;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task StopAsync(Process process, StopMethod method)
    {
        try
        {
            if (!process.HasExited)
                Signal(process, method);
            using var patience = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (process.HasExited)
                return;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself, and whoever waited for it has disposed of it.
        }
    }

    // A process that is gone already needs no signal, and no other error can occur with a child of ours.
    private static void Signal(Process process, StopMethod method)
    {
        var inside = method == StopMethod.KillNamespace ? ChildrenOf(process.Id) : [];
        inside.ForEach(child => _ = Native.Kill(child, Kill));
        if (inside.Count == 0)
            _ = Native.Kill(process.Id, method == StopMethod.KillNamespace ? Kill : Terminate);
    }

    private static List<int> ChildrenOf(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/task/{id}/children");
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return [.. words.Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
