using System.Reflection;
using System.Text.RegularExpressions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed partial class HostProgramTests : IDisposable
{
    /// <summary>What distributions write into their os-release, and what installs packages there.</summary>
    public static readonly TheoryData<string, string> Releases = new()
    {
        { "ID=debian", "apt-get install" },
        { "PRETTY_NAME=\"Linux Mint 22\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"", "apt-get install" },
        { "ID=fedora", "dnf install" },
        { "ID_LIKE=\"rhel centos fedora\"\nID=\"rocky\"", "dnf install" },
        { "ID=\"amzn\"\nID_LIKE=\"fedora\"", "dnf install" },
        { "ID=arch", "pacman -S" },
        { "ID=manjaro\nID_LIKE=arch", "pacman -S" },
        { "ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"", "zypper install" },
        { "ID='sles'\nID_LIKE='suse'", "zypper install" },
        { "ID=alpine", "apk add" },
        { "ID=postmarketos\nID_LIKE=\"alpine\"", "apk add" },
    };

    /// <summary>What says nothing of a distribution that is known, some of it no os-release at all.</summary>
    public static readonly TheoryData<string> Unknown = new()
    {
        "ID=nixos",
        "",
        "NAME=Fedora\nVERSION_ID=42\nXID=fedora\n#ID=fedora\n ID=fedora",
        "ID=\nID_LIKE=\"\"",
        "ID=\"'\"'\"\nID_LIKE=$(touch gone)`touch gone`;*",
        "fedora\0\uffff\nID=fedora\uffff",
    };

    private readonly string _root = Directory.CreateTempSubdirectory("host-program-").FullName;

    public void Dispose() => TreeRemover.Remove(_root);

    [Theory]
    [InlineData("debian", "bubblewrap", "qemu-utils", "ostree", "gpg", "apt-get install")]
    [InlineData("ubuntu", "bubblewrap", "qemu-utils", "ostree", "gpg", "apt-get install")]
    [InlineData("fedora", "bubblewrap", "qemu-img", "ostree", "gnupg2", "dnf install")]
    [InlineData("arch", "bubblewrap", "qemu-img", "ostree", "gnupg", "pacman -S")]
    [InlineData("opensuse", "bubblewrap", "qemu-img", "libostree", "gpg2", "zypper install")]
    [InlineData("alpine", "bubblewrap", "qemu-img", "ostree", "gnupg", "apk add")]
    public void What_is_missing_has_the_distribution_s_package_and_command(string id, string bubblewrap, string image, string ostree, string gpg, string install)
    {
        Write("etc", $"ID={id}\n");
        Assert.EndsWith($" it comes with: {install} {bubblewrap}", Hint(HostProgram.Bubblewrap), StringComparison.Ordinal);
        Assert.EndsWith($" it comes with: {install} {image}", Hint(HostProgram.QemuImg), StringComparison.Ordinal);
        Assert.EndsWith($" it comes with: {install} {ostree}", Hint(HostProgram.Ostree), StringComparison.Ordinal);
        Assert.EndsWith($" it comes with: {install} {gpg}", Hint(HostProgram.Gpg), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("debian", "On Debian and Ubuntu it comes with: apt-get install apt dpkg debian-archive-keyring")]
    [InlineData("fedora", "On Fedora it comes with: dnf install apt dpkg debian-keyring; a mirror of Debian's is named by --debian-mirror then")]
    [InlineData("rhel", "On RHEL and its kin (some packages are in EPEL) it comes with: dnf install apt dpkg debian-keyring; a mirror of Debian's is named by --debian-mirror then")]
    [InlineData("arch", "On Arch Linux it comes with: pacman -S apt dpkg debian-archive-keyring; a mirror of Debian's is named by --debian-mirror then")]
    [InlineData("suse", "openSUSE has no package of it.")]
    [InlineData("alpine", "On Alpine it comes with: apk add apt dpkg debian-archive-keyring; a mirror of Debian's is named by --debian-mirror then")]
    [InlineData("void", "Debian has it in the package 'apt'; another distribution may call that otherwise.")]
    public void Where_apt_or_its_keys_are_missing_it_says_how_to_have_all_of_them_and_how_to_do_without(string id, string how)
    {
        Write("etc", $"ID={id}\n");
        const string without = "\nWhat does without it: host tools by --host-tools alpine or path:DIRECTORY, emulators by --emulators built, sources by --sources upstream.";
        Assert.Equal(how + without, Hint(HostProgram.AptGet));
        Assert.Equal(how + without, Hint(HostProgram.AptConfig));
        Assert.Equal(how.Replace("'apt'", "'dpkg'", StringComparison.Ordinal).Replace("openSUSE has no package of it.", "On openSUSE it comes with: zypper install dpkg; a mirror of Debian's is named by --debian-mirror then", StringComparison.Ordinal) + without, Hint(HostProgram.DpkgDeb));
        Assert.Equal(how.Replace("'apt'", "'debian-archive-keyring'", StringComparison.Ordinal) + without, Hint(HostProgram.DebianKeys));
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public void Distributions_are_known_by_themselves_or_by_what_they_say_they_are_like(string release, string install)
    {
        Write("etc", release + "\n");
        Assert.EndsWith($" it comes with: {install} tar", Hint(HostProgram.Tar), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public void What_no_known_distribution_wrote_leaves_Debian_s_name_as_an_example(string release)
    {
        Write("etc", release);
        Assert.Equal("Debian has it in the package 'qemu-utils'; another distribution may call that otherwise.", Hint(HostProgram.QemuImg));
    }

    [Fact]
    public void A_megabyte_of_anything_does_no_harm()
    {
        var bytes = new byte[1 << 20];
        new Random(17).NextBytes(bytes);
        Directory.CreateDirectory(Path.Combine(_root, "etc"));
        File.WriteAllBytes(Path.Combine(_root, "etc/os-release"), bytes);
        Assert.StartsWith("Debian has it ", Hint(HostProgram.Tar), StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(_root, "etc/os-release"), "\nID=alpine\n");
        Assert.EndsWith("apk add tar", Hint(HostProgram.Tar), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_in_etc_that_in_usr_lib_is_read_and_a_directory_or_a_link_to_nowhere_is_none()
    {
        Assert.StartsWith("Debian has it ", Hint(HostProgram.Tar), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(_root, "etc/os-release"));
        Assert.StartsWith("Debian has it ", Hint(HostProgram.Tar), StringComparison.Ordinal);
        Write("usr/lib", "ID=arch\n");
        Assert.EndsWith("pacman -S tar", Hint(HostProgram.Tar), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_root, "etc/os-release"));
        File.CreateSymbolicLink(Path.Combine(_root, "etc/os-release"), "/nowhere");
        Assert.EndsWith("pacman -S tar", Hint(HostProgram.Tar), StringComparison.Ordinal);
    }

    // The launcher can't ask the tool before it is built.
    [Fact]
    public void The_launcher_asks_for_the_programs_that_every_run_needs_and_for_no_others()
    {
        var asked = Needed().Match(Checkout.Read("src/setup.sh")).Groups[1].Value.Split(' ').Select(each => each.Split(':'))
            .Select(words => (words[0], Debian: words[1], Others: words[^1]));
        Assert.Equal(HostProgram.Needed.Select(program => (program.Name, program.Debian, program.Alpine!)), asked);
        Assert.All(HostProgram.Needed, program => Assert.Equal([program.Alpine, program.Alpine, program.Alpine], [program.Fedora, program.Arch, program.Suse]));
    }

    [Fact]
    public void The_readme_names_what_every_run_needs_and_what_Debian_s_form_of_things_does()
    {
        var readme = Checkout.Read("README.md");
        var requirements = readme[readme.IndexOf("## Requirements", StringComparison.Ordinal)..readme.IndexOf("## Tests", StringComparison.Ordinal)];
        Assert.All(HostProgram.Needed.Select(program => program.Alpine!).Append("apt, dpkg, Debian's archive keyring"), package =>
            Assert.Contains(package, requirements, StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\b(xz|zstd)\b", requirements);
    }

    [Fact]
    public void No_program_of_the_host_is_run_that_is_not_in_the_one_table()
    {
        var known = typeof(HostProgram).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => ((HostProgram)field.GetValue(null)!).Name).ToHashSet();
        var run = Checkout.Files("src", "*.cs").SelectMany(path => Run().Matches(Checkout.Read(path)).Select(match => (path, Name: match.Groups[1].Value))).ToList();
        Assert.Subset(known, HostProgram.Needed.Select(program => program.Name).ToHashSet());
        // A comparison takes it where it is there, and says more.
        Assert.Equal([("src/Bootstrap/Reproduction/ArtifactComparison.cs", "diffoscope")], run.Where(each => !each.Name.StartsWith('/')));
    }

    private string Hint(HostProgram program) => program.HintIn(_root);

    private void Write(string directory, string text)
    {
        Directory.CreateDirectory(Path.Combine(_root, directory));
        File.WriteAllText(Path.Combine(_root, directory, "os-release"), text);
    }

    [GeneratedRegex("^needed_programs='([^']*)'$", RegexOptions.Multiline)]
    private static partial Regex Needed();

    [GeneratedRegex("""(?:CommandSpec|CommandSpec\.Of|ConfinedCommand|ProcessRunner\.Find)\("([^"]+)""")]
    private static partial Regex Run();
}
