using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>The script that merges fragments into a kernel's configuration, with a make that takes over the last value of each known symbol.</summary>
public sealed class KernelConfigurationTests : IClassFixture<SandboxFixture>
{
    // Symbols A to D are known, and C depends on something that is not set.
    private const string Make = """
        make() {
          for name in CONFIG_A CONFIG_B CONFIG_C CONFIG_D; do
            value=$(sed -n "s/^$name=//p; s/^# $name is not set/n/p" .config | tail -n 1)
            case $name$value in CONFIG_C*) value=n ;; esac
            case ${value:-n} in n) echo "# $name is not set" ;; *) echo "$name=$value" ;; esac
          done > next
          mv next .config
        }
        """;

    private readonly SandboxFixture _sandbox;

    public KernelConfigurationTests(SandboxFixture sandbox)
    {
        Host.Require(HostFacility.UserNamespaces);
        _sandbox = sandbox;
    }

    [Theory]
    [InlineData("CONFIG_A=y\n", "CONFIG_D=n")]
    [InlineData("# a comment\n\n# CONFIG_D is not set\nCONFIG_B=\"text with = and blanks\"\n", "CONFIG_A=y")]
    [InlineData("CONFIG_B=y\nCONFIG_NONE=n\n", "CONFIG_B=17")]
    public async Task What_takes_is_configured(string fragment, string options)
    {
        var (exitCode, log) = await ConfigureAsync(fragment, options);
        Assert.True(exitCode == 0, log);
    }

    [Theory]
    [InlineData("CONFIG_C=y\n", "", "CONFIG_C=y (fragment extra) did not take; .config says: # CONFIG_C is not set")]
    [InlineData("CONFIG_E=y\n", "", "CONFIG_E=y (fragment extra) did not take; .config says: nothing of it: there is no such symbol, or it depends on one that is not set")]
    [InlineData("", "CONFIG_C=m", "CONFIG_C=m (kernel-options) did not take; .config says: # CONFIG_C is not set")]
    [InlineData("# CONFIG_F is not set\n", "CONFIG_F=y", "CONFIG_F=y (kernel-options) did not take; .config says: nothing of it: there is no such symbol, or it depends on one that is not set")]
    [InlineData("# CONFIG_A is not set\r\n", "", "1:# CONFIG_A is not set\r\nthese lines of fragment extra are no settings")]
    [InlineData("#CONFIG_A is not set\n", "", "1:#CONFIG_A is not set\nthese lines of fragment extra are no settings")]
    [InlineData("CONFIG_A=y\r\n", "", "1:CONFIG_A=y\r\nthese lines of fragment extra are no settings")]
    [InlineData("CONFIG_A = y\n", "", "1:CONFIG_A = y\nthese lines of fragment extra are no settings, expected CONFIG_NAME=VALUE or '# CONFIG_NAME is not set'")]
    public async Task What_does_not_take_is_named_with_where_it_comes_from(string fragment, string options, string expected)
    {
        var (exitCode, log) = await ConfigureAsync(fragment, options);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, log, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Log)> ConfigureAsync(string fragment, string options)
    {
        var name = Guid.NewGuid().ToString("N");
        var files = _sandbox.Make($"files-{name}", ("extra.config", fragment), ("configure.sh", Checkout.Read("src/recipes/kernel/configure.sh")));
        return _sandbox.ShellAsync(
            $"set -eu; cd /build; echo CONFIG_D=y > .config; FRAGMENTS=/files/extra.config; OPTIONS='{options}'; {Make}\n. /files/configure.sh",
            Mount.ReadOnly("/etc/alternatives", ["/etc/alternatives"]), Mount.ReadOnly("/files", [files]), Mount.Writable("/build", _sandbox.Make($"build-{name}")));
    }
}
