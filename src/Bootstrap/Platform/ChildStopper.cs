using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Bootstrap.Platform;

/// <summary>Ends a child process before its time and waits until it is gone.</summary>
internal static partial class ChildStopper
{
    private const int Kill = 9;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task StopAsync(Process process, StopMethod method)
    {
        if (method == StopMethod.KillNamespace && !process.HasExited)
        {
            var inside = ChildrenOf(process.Id);
            inside.ForEach(child => Signal(child, Kill));
            if (inside.Count == 0)
                process.Kill();
        }
        else if (!process.HasExited)
        {
            Signal(process.Id, Terminate);
        }

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
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

    // A process that is gone already needs no signal, and no other error can occur with a child of ours.
    private static void Signal(int process, int signal) => _ = SendSignal(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
