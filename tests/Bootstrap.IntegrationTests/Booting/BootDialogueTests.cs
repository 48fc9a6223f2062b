using Bootstrap.Booting;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Booting;

public sealed class BootDialogueTests : IDisposable
{
    private readonly ScriptedMachine _machine;

    public BootDialogueTests()
    {
        Host.Require(HostFacility.UserNamespaces);
        _machine = new ScriptedMachine();
    }

    [Fact]
    public async Task What_the_commands_leave_is_taken_over()
    {
        Assert.Equal(0, await _machine.RunAsync(ScriptedMachine.Run));
        Assert.Equal("given", Result("taken"));
        Assert.Equal("make\n", Result("step.sh"));
        Assert.Contains("export NAME='it'\\''s'\n", Result("run"), StringComparison.Ordinal);
        Assert.Contains("sh -eu /step.sh </dev/null", Result("run"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_of_the_kernel_behind_the_login_or_the_prompt_hides_neither()
    {
        const string Kernel = "; printf '[    5.123456] random: crng init done\\r\\n'; printf '[   12.000001] a driver\\r\\n'";
        var script = ScriptedMachine.Run.Replace("printf 'toy login: '", "printf 'toy login: '" + Kernel, StringComparison.Ordinal)
            .Replace("printf '~ # '", "printf '~ # '" + Kernel, StringComparison.Ordinal);
        Assert.NotEqual(ScriptedMachine.Run, script);
        Assert.Equal(0, await _machine.RunAsync(script));
    }

    [Fact]
    public async Task A_machine_that_nothing_can_switch_off_is_ended_once_it_stands_still()
    {
        const string Halted = "\nprintf '[    9.100000] reboot: Power off not available: System halted instead\\r\\n'; "
            + "echo 'Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000000'; sleep 60";
        Assert.Equal(0, await _machine.RunAsync(ScriptedMachine.Run + Halted));
        Assert.Equal("given", Result("taken"));
        Assert.Null(MachineConsole.PanicIn(_machine.Log));
    }

    [Fact]
    public async Task All_that_was_said_is_in_the_log()
    {
        await _machine.RunAsync(ScriptedMachine.Run + "\nprintf 'the last word'");
        Assert.Matches("^Linux version 6.12\ntoy login: root\n~ # while read .* && exec sh /bootstrap/run bootstrap-[0-9a-f]{16} /dev/[$]d; done < /proc/partitions; echo \"bootstrap:\" no commands\n", Log());
        Assert.EndsWith("ended with 0\nthe last word", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_code_of_the_commands_is_told_and_what_failed_commands_leave_is_not_taken()
    {
        Assert.Equal(7, await _machine.RunAsync(ScriptedMachine.Run.Replace("with 0", "with 7", StringComparison.Ordinal)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_machine.Out));
    }

    [Theory]
    [InlineData("sleep 60", "the kernel does not start: the console said nothing within 3 s")]
    [InlineData("echo 'no machine toy' >&2; exit 1", "the kernel does not start: the console said nothing; *qemu-system-toy ended with exit code 1: no machine toy")]
    [InlineData("echo Linux; echo '[1.0] Kernel panic - not syncing: VFS: Unable to mount root fs'; sleep 60", "the kernel panicked: VFS: Unable to mount root fs")]
    [InlineData("echo Linux; echo '[0.9] Waiting for root device PARTLABEL=root...'; sleep 60", "the kernel waits for its root device PARTLABEL=root, which does not appear")]
    [InlineData("echo Linux; sleep 60", "no login appeared on the console within 3 s")]
    [InlineData("echo Linux; exit 0", "no login appeared on the console; *qemu-system-toy ended with exit code 0")]
    [InlineData(ScriptedMachine.Boot + "; echo 'Login incorrect'; sleep 60", "root's login led to no shell within 3 s")]
    [InlineData(ScriptedMachine.Boot + "; printf '~ # '; sleep 60", "the commands of the step did not end within 3 s")]
    [InlineData(ScriptedMachine.Boot + "; printf '~ # '; read -r typed; echo \"$typed\"; echo 'tar: not found'; echo 'bootstrap: no commands'; sleep 60", "the commands of the step could not be read from a second disk: ")]
    [InlineData(ScriptedMachine.Run + "\nsleep 60", "it did not switch itself off within 3 s after the commands had ended")]
    [InlineData(ScriptedMachine.Run + "\necho 'it broke' >&2; exit 9", "*qemu-system-toy ended with exit code 9: it broke")]
    [InlineData(ScriptedMachine.Run + "\necho 'Kernel panic - not syncing: Attempted to kill init!'; sleep 60", "the kernel panicked while it was switched off: Attempted to kill init!")]
    public async Task Where_it_goes_another_way_is_said_with_the_end_of_the_console(string script, string expected)
    {
        var failure = await Assert.ThrowsAsync<BuildException>(() => _machine.RunAsync(script, ImpatientWhere(expected)));
        foreach (var piece in expected.Split('*'))
            Assert.Contains(piece, failure.Message, StringComparison.Ordinal);

        Assert.EndsWith($"\nIts console: {_machine.Log}", failure.Message, StringComparison.Ordinal);
        await NothingIsLeft();
    }

    [Fact]
    public async Task A_machine_that_would_write_outside_is_refused()
    {
        var script = ScriptedMachine.Run.Replace("-C out .", "-C out -P ../in/step.sh", StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<BuildException>(() => _machine.RunAsync(script));
        Assert.Contains("What the machine wrote to its second disk can't be taken over", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_says_very_much_is_understood()
    {
        var script = ScriptedMachine.Run.Replace("printf '~ # '", "seq 200000; printf '~ # '", StringComparison.Ordinal);
        Assert.Equal(0, await _machine.RunAsync(script));
        Assert.True(new FileInfo(_machine.Log).Length > 1_000_000);
    }

    [Fact]
    public async Task An_interrupted_machine_leaves_nothing_behind()
    {
        using var interruption = new CancellationTokenSource();
        var run = _machine.RunAsync($"{ScriptedMachine.Boot}; sleep 60", cancel: interruption.Token);
        await Eventually.Is(() => File.Exists(_machine.Log) && Log().Contains("login", StringComparison.Ordinal));
        await interruption.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await NothingIsLeft();
    }

    [Fact]
    public async Task The_emulator_itself_writes_to_its_own_directory_only_and_has_no_network()
    {
        var outside = Path.Combine(_machine.Scratch, "outside");
        await _machine.RunAsync(ScriptedMachine.Run.Replace(
            "mkdir out;", $"mkdir out; touch inside; touch {outside} 2> out/refusal; tail -n +3 /proc/net/dev | cut -d : -f 1 > out/interfaces;", StringComparison.Ordinal));
        Assert.False(File.Exists(outside));
        Assert.Contains("Read-only file system", Result("refusal"), StringComparison.Ordinal);
        Assert.Equal("lo", Result("interfaces").Trim());
    }

    public void Dispose() => _machine.Dispose();

    /// <summary>Little patience for what is to be waited for in vain, and ample for all else, however busy the host is.</summary>
    private static BootTimeouts ImpatientWhere(string expected)
    {
        TimeSpan Of(string piece) => expected.Contains(piece, StringComparison.Ordinal) && expected.Contains(" within ", StringComparison.Ordinal)
            ? TimeSpan.FromSeconds(3) : TimeSpan.FromMinutes(2);
        return new BootTimeouts(Of("does not start"), TimeSpan.FromSeconds(1), Of("login"), Of("did not end"), Of("switch itself off"));
    }

    private string Log() => File.ReadAllText(_machine.Log);

    private string Result(string name) => File.ReadAllText(Path.Combine(_machine.Out, name));

    private Task NothingIsLeft() => Eventually.Is(() => ProcessList.With(_machine.Scratch).Count == 0);
}
