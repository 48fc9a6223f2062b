using Bootstrap.IntegrationTests.Engine;
using Bootstrap.IntegrationTests.Sandboxing;

namespace Bootstrap.IntegrationTests.Booting;

[Collection(SmallWorldGroup.Name)]
public sealed class BootCommandTests : IClassFixture<TinySystem>
{
    private const string System = """
        system:
          program: qemu-system-m68k
          machine: virt
          cpu: m68040
          memory: 64
          console: ttyGF0
          disk: virtio-blk-device
          kernel-arguments: [console=ttyGF0, panic=-1]
        """;

    private readonly SmallCheckout _checkout;

    public BootCommandTests(SmallWorld world, TinySystem system)
    {
        _checkout = world.Checkout();
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Write("qemu/cpu.yaml", $"name: cpu\nuser-program: qemu-m68k\nelf: {{bits: 32, endian: big, machine: 4}}\n{System}");
        _checkout.Recipe("image", "cp /files/kernel /files/disk.img /out/", "files: image");
        _checkout.Write("src/recipes/image/none", "");
        foreach (var name in (string[])["kernel", "disk.img"])
            File.Copy(Path.Combine(system.Scratch, name), Path.Combine(_checkout.Directory, "src/recipes/image", name));

        WriteCheck("uname -m > /out/machine; echo checked; echo '== C: pass: hello'; echo '== make: pass: 4.4'");
        _checkout.Recipe("all", "cp /in/machine /out/", "needs: [{step: image-check, at: /in}]");
    }

    [Fact]
    public async Task A_step_that_runs_in_a_booted_machine_is_a_step_like_any_other()
    {
        Host.Require(HostFacility.UserNamespaces);
        Assert.Equal(["image", "image-check", "all"], await _checkout.BuildAsync());
        Assert.Empty(await _checkout.BuildAsync());
        WriteCheck("uname -s > /out/machine");
        Assert.Equal(["image-check", "all"], await _checkout.BuildAsync());
        var log = await _checkout.OutputAsync("log", "toy", "image-check");
        Assert.Contains("Linux version", log, StringComparison.Ordinal);

        var targets = await _checkout.OutputAsync("targets");
        Assert.Matches(@"toy +m68k-linux-gnu +qemu-m68k +qemu-system-m68k virt +- +built +passed +- +A target for tests", targets);

        File.AppendAllText(Path.Combine(_checkout.Directory, "src/recipes/image/kernel"), "longer");
        Assert.Equal(["image"], await _checkout.BuildAsync("--to", "image"));
        Assert.Matches(@"toy .+ built +outdated +- +A target for tests", await _checkout.OutputAsync("targets"));
    }

    [Fact]
    public async Task What_runs_in_a_machine_is_compared_by_a_second_build_too()
    {
        Host.Require(HostFacility.UserNamespaces);
        var (exitCode, output, error) = await _checkout.RunAsync("verify", "toy", "--reproducible");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("3 artifacts compared: 3 identical, 0 different", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_boots_again_and_shows_the_console()
    {
        Host.Require(HostFacility.UserNamespaces);
        foreach (var _ in (int[])[1, 2])
        {
            var (exitCode, output, error) = await _checkout.RunAsync("boot", "toy", "--check");
            Assert.True(exitCode == 0, error);
            Assert.Contains("\nchecked\n", output, StringComparison.Ordinal);
            Assert.Contains("console log: ", output, StringComparison.Ordinal);
            Assert.Matches("\nbooted by qemu-system-m68k version [0-9.]+.*, tree [0-9a-f]{12}\n", output);
            Assert.EndsWith("\ntoy: 2 checks passed, 0 failed; the machine booted, ran them and switched itself off\n", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_fails_in_the_machine_fails_the_build_with_the_end_of_the_console()
    {
        Host.Require(HostFacility.UserNamespaces);
        WriteCheck("echo 'it says three, expected four'; exit 1");
        var (exitCode, output, _) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(1, exitCode);
        Assert.Contains("Step toy/image-check failed with exit code 1.", output, StringComparison.Ordinal);
        Assert.Contains("it says three, expected four", output, StringComparison.Ordinal);
        Assert.Contains($"'bootstrap boot toy --store {_checkout.Store} --emulators {_checkout.Emulators} --sources upstream' starts that machine", output, StringComparison.Ordinal);

        Assert.Equal(1, (await _checkout.RunAsync("boot", "toy", "--check")).ExitCode);
    }

    [Fact]
    public async Task A_shell_in_a_machine_is_a_boot()
    {
        var (exitCode, _, error) = await _checkout.RunAsync("shell", "toy", "image-check");
        Assert.Equal(2, exitCode);
        Assert.Contains($"'bootstrap boot toy --store {_checkout.Store} --emulators {_checkout.Emulators} --sources upstream' starts that machine", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_logs_in_at_the_console_and_switches_the_machine_off()
    {
        Host.Require(HostFacility.UserNamespaces);
        await _checkout.BuildAsync();
        using var process = _checkout.Start("boot", "toy");
        var said = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync("root\nuname -sm\npoweroff\n");
        await process.StandardInput.FlushAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("\nLinux m68k\r\n", await said, StringComparison.Ordinal);
        Assert.Empty(ProcessList.With(_checkout.Directory));
    }

    [Fact]
    public async Task A_kernel_that_panics_at_the_terminal_ends_the_command_with_exit_code_1()
    {
        Host.Require(HostFacility.UserNamespaces);
        _checkout.Write("qemu/cpu.yaml", $"name: cpu\nuser-program: qemu-m68k\nelf: {{bits: 32, endian: big, machine: 4}}\n{System.Replace("panic=-1", "panic=-1, rdinit=/nothing", StringComparison.Ordinal)}");
        var (exitCode, output, error) = await SmallCheckout.ResultAsync(_checkout.Start("boot", "toy"));
        Assert.Contains("Kernel panic - not syncing: ", output, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
        Assert.Contains("bootstrap: The machine's kernel panicked: VFS: Unable to mount root fs", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_without_a_machine_is_user_mode_only()
    {
        Host.Require(HostFacility.UserNamespaces);
        _checkout.Write("qemu/cpu.yaml", "name: cpu\nuser-program: qemu-m68k\nelf: {bits: 32, endian: big, machine: 4}\n");
        var (exitCode, _, error) = await _checkout.RunAsync("boot", "toy");
        Assert.Equal(2, exitCode);
        Assert.Contains("Target 'toy' is user-mode only", error, StringComparison.Ordinal);
        var targets = await _checkout.OutputAsync("targets");
        Assert.Matches(@"toy +m68k-linux-gnu +qemu-m68k +user-mode only +- +A target for tests", targets);
    }

    [Theory]
    [InlineData("3G")]
    [InlineData("1500000")]
    public async Task What_stays_free_in_an_image_can_be_asked_for(string size)
    {
        _checkout.Write("src/recipes/all.yaml", """
            name: all
            summary: Say what stays free
            stage: image
            runs-on: host
            environment: {FREE: "${image-free}"}
            variables: {image-free: {type: word, default: 256M, meaning: Free space.}}
            run: echo "it is $FREE" > /out/free; cat /out/free
            """);
        await _checkout.BuildAsync("--free", size);
        Assert.Equal($"it is {size}\n", await _checkout.OutputAsync("log", "toy", "all"));
    }

    [Theory]
    [InlineData("much")]
    [InlineData("-1M")]
    [InlineData("1 G")]
    public async Task A_size_that_is_none_is_refused(string size)
    {
        var (exitCode, _, error) = await _checkout.RunAsync("build", "toy", "--free", size);
        Assert.Equal(2, exitCode);
        Assert.Contains($"--free is '{size}', expected a number of bytes", error, StringComparison.Ordinal);
    }

    private void WriteCheck(string run) => _checkout.Write("src/recipes/image-check.yaml", $"""
        name: image-check
        summary: Boot it
        stage: image
        runs-on: system
        needs: [image]
        environment: {"{"}SALT: "{_checkout.Salt}"{"}"}
        run: |
          {run}
        """);
}
