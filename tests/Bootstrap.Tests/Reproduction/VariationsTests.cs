using Bootstrap.Reproduction;

namespace Bootstrap.Tests.Reproduction;

public class VariationsTests
{
    private const string AllUsers = "         0          0 4294967295\n";

    private static readonly Variations Varied = new("/usr/bin/bwrap", "/usr/bin", "/program", ["/a checkout", "/more"], ["/more sources"], "/scratch", AsOtherUser: true);

    [Fact]
    public void A_real_root_has_another_user_build_who_ends_with_it()
    {
        var command = string.Join(' ', Varied.CommandFor(["build", "m68k"]).Arguments);

        Assert.DoesNotContain("--unshare-user", command, StringComparison.Ordinal);
        Assert.Contains(" --dev-bind / / --unshare-pid --proc /proc ", command, StringComparison.Ordinal);
        Assert.Contains(" -- setpriv --reuid 54321 --regid 54321 --clear-groups -- /bin/sh -c umask 077; exec \"$@\" sh ", command, StringComparison.Ordinal);
        Assert.EndsWith(" build m68k --store /tmp/another place/store --definitions /tmp/another place/host/more", command, StringComparison.Ordinal);
    }

    [Fact]
    public void Anybody_else_is_another_user_of_a_namespace()
    {
        var command = string.Join(' ', (Varied with { AsOtherUser = false }).CommandFor(["build", "m68k"]).Arguments);

        Assert.StartsWith("--unshare-user --uid 54321 --gid 54321 ", command, StringComparison.Ordinal);
        Assert.DoesNotContain("setpriv", command, StringComparison.Ordinal);
    }

    [Fact]
    public void The_network_is_cut_and_nothing_of_the_definitions_can_be_written_to()
    {
        var command = Varied.CommandFor([]);
        var words = string.Join(' ', command.Arguments);

        Assert.Contains("--unshare-net", command.Arguments);
        Assert.Contains(" --perms 0755 --dir /tmp/another place/host --ro-bind /a checkout /tmp/another place/host/a checkout ", words, StringComparison.Ordinal);
        Assert.Contains(" --ro-bind /more /tmp/another place/host/more ", words, StringComparison.Ordinal);
        Assert.Contains(" --ro-bind /more sources /tmp/another place/host/more sources --ro-bind /more sources /more sources --bind /scratch ", words, StringComparison.Ordinal);
        Assert.Equal("/tmp/another place/host/a checkout", command.Environment!["BOOTSTRAP_HOME"]);
    }

    [Theory]
    [InlineData("000001ffffffffff", AllUsers, true)]
    [InlineData("0000000000000000", AllUsers, false)]
    [InlineData("000001ffffffffff", "         0       1000          1\n", false)]
    [InlineData("00000000a80425fb", AllUsers, false)]
    public void A_real_root_is_one_outside_of_namespaces_with_all_that_takes(string effective, string map, bool expected) =>
        Assert.Equal(expected, Variations.IsRealRoot($"Name:\tbootstrap\nCapPrm:\t000001ffffffffff\nCapEff:\t{effective}\n", map));
}
