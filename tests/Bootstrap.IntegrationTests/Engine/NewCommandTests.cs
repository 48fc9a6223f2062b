using System.Text.RegularExpressions;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>An architecture that is described by what a recipe found of it, and by what qemu starts.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class NewCommandTests : IDisposable
{
    private const string Described = """
        for draft in 0 1 2 3; do
          mkdir -p /out/$draft/targets /out/$draft/qemu
          printf '%s\n' "name: $NAME" "description: draft $draft" "triplet: $TRIPLET" "emulator: $NAME" 'goals: [all]' '# Question: why?' > /out/$draft/targets/$NAME.yaml
          printf '%s\n' "name: $NAME" 'user-program: qemu-m68k' 'elf: {bits: 32, endian: big, machine: 4}' > /out/$draft/qemu/$NAME.yaml
        done
        for draft in 0 1; do
          echo 'system: {program: qemu-system-m68k, machine: virt, memory: 64, console: ttyGF0, disk: virtio-blk-device, kernel-arguments: [quiet]}' >> /out/$draft/qemu/$NAME.yaml
        done
        sed -i s/virtio-blk-device/no-such-disk/ /out/0/qemu/$NAME.yaml
        echo qemu-system-m68k > /out/program

        """;

    private readonly SmallCheckout _checkout;
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-new-").FullName;

    public NewCommandTests(SmallWorld world)
    {
        Host.Require(HostFacility.UserNamespaces);
        _checkout = world.Checkout();
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nrun: \"true\"\n");
    }

    public void Dispose() => TreeRemover.Remove(_directory);

    [Theory]
    [InlineData("virtio-blk-device", "# Tried: ", "starts the machine 'virt' with its disk.\n")]
    [InlineData("no-such-disk-either", "# Question: Which machine boots? qemu-system-m68k has an5206, ", ", virt, ")]
    public async Task It_takes_the_first_draft_whose_machine_starts(string second, string remark, string more)
    {
        WriteDescribe($"{Described}sed -i s/virtio-blk-device/{second}/ /out/1/qemu/$NAME.yaml");
        var (exitCode, output, error) = await _checkout.RunAsync("new", "some-linux-gnuabi9", "--in", _directory);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("targets/some-abi9.yaml\n  line 6: why?\n", output, StringComparison.Ordinal);
        Assert.Contains($"draft {(second == "virtio-blk-device" ? 1 : 2)}\ntriplet: some-linux-gnuabi9\n", File.ReadAllText(Path.Combine(_directory, "targets/some-abi9.yaml")), StringComparison.Ordinal);
        var emulator = File.ReadAllText(Path.Combine(_directory, "qemu/some-abi9.yaml"));
        Assert.Contains(remark, emulator, StringComparison.Ordinal);
        Assert.Contains(more, emulator, StringComparison.Ordinal);

        (exitCode, _, error) = await _checkout.RunAsync("new", "some-linux-gnuabi9", "--in", _directory);
        Assert.Equal(2, exitCode);
        Assert.Contains("targets/some-abi9.yaml is there already, and is not replaced.", error, StringComparison.Ordinal);
        Assert.Equal(emulator, File.ReadAllText(Path.Combine(_directory, "qemu/some-abi9.yaml")));
    }

    [Fact]
    public async Task A_target_keeps_the_release_whose_sources_described_it()
    {
        WriteDescribe(Described);
        _checkout.Write("src/releases/mine.yaml", "name: mine\ndescription: d\nversions: {}\n");
        var (exitCode, output, error) = await _checkout.RunAsync("new", "some-linux-gnu", "--in", _directory, "--release", "mine");

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("\nemulator: some\nrelease: mine\n", File.ReadAllText(Path.Combine(_directory, "targets/some.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("made", "toy", "/targets/toy.yaml, and is not replaced.")]
    [InlineData("made", "cpu", "/qemu/cpu.yaml, and is not replaced.")]
    [InlineData("a-file", "other", "a-file is no directory, expected one for ")]
    [InlineData("a-file/below", "other", "a-file is no directory, expected one for ")]
    [InlineData("half", "other", "half/qemu is no directory, expected one for ")]
    [InlineData("held", "other", "held/qemu/other.yaml is there already, and is not replaced.")]
    [InlineData("dangling", "other", "dangling is no directory, expected one for ")]
    public async Task It_takes_the_place_of_nothing(string directory, string name, string expected)
    {
        WriteDescribe("false");
        File.WriteAllText(Path.Combine(_directory, "a-file"), "");
        Directory.CreateDirectory(Path.Combine(_directory, "half"));
        File.WriteAllText(Path.Combine(_directory, "half/qemu"), "");
        Directory.CreateDirectory(Path.Combine(_directory, "held/qemu/other.yaml"));
        File.CreateSymbolicLink(Path.Combine(_directory, "dangling"), "nowhere");
        var (exitCode, _, error) = await _checkout.RunAsync("new", "some-linux-gnu", "--name", name, "--in", Path.Combine(_directory, directory));

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(["a-file", "dangling", "half", "half/qemu", "held", "held/qemu", "held/qemu/other.yaml"], Directory.GetFileSystemEntries(_directory, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_directory, path)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two words", "two\\ words")]
    [InlineData("it's", "DIR")]
    public async Task The_next_command_can_be_pasted_or_says_what_to_fill_in(string directory, string expected)
    {
        WriteDescribe(Described);
        var (exitCode, output, error) = await _checkout.RunAsync("new", "some-linux-gnu", "--in", Path.Combine(_directory, directory));

        Assert.True(exitCode == 0, output + error);
        Assert.Matches($"next: '\\S*bootstrap build some --to cross-toolchain --definitions (\\S*/)?{Regex.Escape(expected)}(?![^ '])", error);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, directory), ".*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task It_leaves_the_emulator_to_the_user_where_there_is_none()
    {
        WriteDescribe(Described + "sed -i s/qemu-m68k/qemu-unheardof/ /out/?/qemu/$NAME.yaml");
        var (exitCode, output, error) = await _checkout.RunAsync("new", "some-linux-gnu", "--in", _directory);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("description: draft 3\n", File.ReadAllText(Path.Combine(_directory, "targets/some.yaml")), StringComparison.Ordinal);
        Assert.Contains("  line 4: Which emulator runs its programs? ", output, StringComparison.Ordinal);
        var options = $"--definitions {_directory} --store {_checkout.Store} [^']*--sources upstream";
        Assert.Matches($"next: '\\S*bootstrap build some --to cross-toolchain {options}', then '\\S*bootstrap abi some {options}'", error);
    }

    [Theory]
    [InlineData("some-linux-gnu", "bootstrap: some-linux-gnu is not supported:\n  a file: it says so\n  another: so does it\n  Take another one.\n")]
    [InlineData("some", "bootstrap: The triplet is 'some', expected a triplet of Linux and glibc such as m68k-linux-gnu, of at most 64 characters.\n")]
    [InlineData("null-linux-gnu", "bootstrap: The target's name is 'null', expected a name of at most 64 lower-case letters")]
    [InlineData("../up-linux-gnu", "bootstrap: The triplet is '../up-linux-gnu', expected a triplet of Linux and glibc such as m68k-linux-gnu")]
    public async Task It_refuses_what_nothing_supports_and_writes_nothing(string triplet, string expected)
    {
        WriteDescribe("printf '%s\\n' 'a file: it says so' 'another: so does it' '' 'Take another one.' > /out/unsupported");
        var (exitCode, _, error) = await _checkout.RunAsync("new", triplet, "--in", Path.Combine(_directory, "made"));

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory, "made")));
    }

    private void WriteDescribe(string commands) => _checkout.Write(
        "src/recipes/describe.yaml",
        $"name: describe\nsummary: s\nstage: host\nruns-on: host\nenvironment: {{NAME: \"${{name}}\", TRIPLET: \"${{triplet}}\"}}\nrun: |\n  {commands.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
}
