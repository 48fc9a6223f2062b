using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Bootstrap.Definitions;

namespace Bootstrap.Booting;

/// <summary>
/// What is said and typed at the console of a machine without a user, from power-on to power-off; where it goes another way, this says
/// at which point and shows the end of what the machine said.
/// </summary>
internal sealed partial class BootDialogue(VirtualMachine machine, MachineConsole console, string logPath, Task<ProcessResult> qemu, BootTimeouts patience)
{
    private const int LinesShown = 15;
    private const int BytesShown = 1 << 16;

    private string Program => Path.GetFileName(machine.Program);

    /// <summary>What stands before all that the script of the step says in this machine.</summary>
    public string Word { get; } = $"bootstrap-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>Logs in, has the step run, and waits until the machine is off, or halted where it can't be switched off.</summary>
    /// <returns>The exit code of the step's commands.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        await ExpectAsync(AnyWord(), patience.FirstWord, "the kernel does not start: the console said nothing", cancel);
        await ExpectAsync(Login(), patience.Login, "no login appeared on the console", cancel);
        await console.TypeAsync("root\n", cancel);
        await ExpectAsync(Prompt(), patience.Login, "root's login led to no shell", cancel);
        // What is typed is said again by the terminal, and must not look like what it says.
        await console.TypeAsync($"{ExchangeDisk.Started(machine, Word)}; echo \"bootstrap:\" no commands\n", cancel);
        var ending = await ExpectAsync(new Regex($@"(?:{Word}{ExchangeDisk.Ending}([0-9]{{1,3}})|bootstrap: no commands)\r?\n"), patience.Commands, "the commands of the step did not end", cancel);
        if (!ending.Groups[1].Success)
            throw Failure($"the commands of the step could not be read from {(machine.Disk is null ? "its initramfs" : "a second disk: its console tells which disks the kernel has found")}");
        await PowerOffAsync(cancel);
        return int.Parse(ending.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private async Task<Match> ExpectAsync(Regex awaited, TimeSpan limit, string otherwise, CancellationToken cancel) =>
        await console.WaitForAsync(awaited, limit, patience.Root, qemu, cancel) switch
        {
            { Said: { } said } => said,
            { Panic: { } words } => throw Failure($"the kernel panicked: {words}"),
            { Root: { } root } => throw Failure($"the kernel waits for its root device {root}, which does not appear"),
            _ when qemu.IsCompleted => throw Failure($"{otherwise}; {Program} ended with {Ended(await qemu)}"),
            _ => throw Failure($"{otherwise} within {limit.TotalSeconds:0} s"),
        };

    private async Task PowerOffAsync(CancellationToken cancel)
    {
        var heard = await console.WaitForAsync(MachineConsole.Halted(), patience.PowerOff, patience.PowerOff, qemu, cancel);
        if (heard.Said is not null)
            return;
        if (heard.Panic is { } words)
            throw Failure($"the kernel panicked while it was switched off: {words}");
        if (!qemu.IsCompleted)
            throw Failure($"it did not switch itself off within {patience.PowerOff.TotalSeconds:0} s after the commands had ended");
        if (await qemu is { ExitCode: not 0 } result)
            throw Failure($"{Program} ended with {Ended(result)}");
    }

    private static string Ended(ProcessResult result) =>
        result.Error.Trim() is { Length: > 0 } words ? $"exit code {result.ExitCode}: {words}" : $"exit code {result.ExitCode}";

    private BuildException Failure(string what) => new(
        $"The machine '{machine.Machine}' of {Program}: {what}.\n{Excerpt(logPath)}\nIts console: {logPath}",
        MachineRunner.Hint("TARGET"));

    /// <summary>The end of what a machine said on its console, for people.</summary>
    internal static string Excerpt(string logPath)
    {
        string[] lines = [.. LogText.Lines(logPath, BytesShown).Select(line => Control().Replace(line, "")).Where(line => line.Length > 0)];
        return lines.Length == 0 ? "  (it said nothing)" : string.Join('\n', lines.TakeLast(LinesShown).Select(line => "  " + line.TrimEnd()));
    }

    [GeneratedRegex(@"\S")]
    private static partial Regex AnyWord();

    // What the kernel has to say, with the time since it started, may come behind what waits for an answer.
    private const string KernelMessages = @"(?:\[ *[0-9]+\.[0-9]+\] [^\n]*\n)*$";

    [GeneratedRegex(@"\blogin: ?" + KernelMessages)]
    private static partial Regex Login();

    [GeneratedRegex(@"[#$] (\e\[6n)?" + KernelMessages)]
    private static partial Regex Prompt();

    // Terminal sequences, and what is neither text nor the end of a line.
    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\e.|[\x00-\x08\x0b-\x1f\x7f]")]
    private static partial Regex Control();
}
