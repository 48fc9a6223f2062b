using Bootstrap.Cli;

namespace Bootstrap.Tests.Commands;

public sealed class OptionTests
{
    [Theory]
    [InlineData("verify m68k --json --recorded", "--json does not go with --recorded.")]
    [InlineData("verify m68k --reproducible --diverse debian:forky", "--reproducible does not go with --diverse.")]
    [InlineData("verify m68k --recorded --to glibc", "--to goes with --reproducible or --diverse only.")]
    [InlineData("verify m68k --diverse debian:forky --scratch /tmp/x", "--scratch goes with --reproducible only.")]
    [InlineData("verify m68k --record", "--record goes with a whole --reproducible or --diverse only, without --to.")]
    [InlineData("verify m68k --reproducible --to glibc --record", "--record goes with a whole --reproducible or --diverse only, without --to.")]
    [InlineData("record", "'record' takes a target, or --stale.")]
    [InlineData("record m68k --stale", "'record' takes a target, or --stale.")]
    public void Options_that_contradict_each_other_are_refused(string line, string expected) =>
        Assert.Equal(expected, Assert.Single(CommandTree.Create().Parse(line).Errors).Message);

    [Theory]
    [InlineData("verify m68k")]
    [InlineData("verify m68k --recorded")]
    [InlineData("verify m68k --reproducible --to glibc --scratch /tmp/x")]
    [InlineData("verify m68k --diverse debian:forky --record")]
    [InlineData("record m68k")]
    [InlineData("record --stale --in mine")]
    public void Options_that_belong_together_are_taken(string line) => Assert.Empty(CommandTree.Create().Parse(line).Errors);
}
