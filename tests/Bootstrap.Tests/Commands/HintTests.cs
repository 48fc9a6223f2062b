using Bootstrap.Cli;
using Bootstrap.Cli.Commands;
using Bootstrap.Sandboxing;

namespace Bootstrap.Tests.Commands;

public sealed class HintTests
{
    private static readonly PastedCommands Pasted = new(CommandTree.Create().Parse(["--store", "/srv/store", "doctor"]));

    [Fact]
    public void All_lines_of_a_hint_stand_below_one_another_and_its_commands_can_be_pasted() => Assert.Equal(
        """
        It broke:
          here
          Mend it by 'bootstrap gc --store /srv/store', or as root:
          echo 1
          echo 2
        """, Pasted.Told("It broke:\n  here", "Mend it by 'bootstrap gc', or as root:\necho 1\necho 2"));

    [Theory]
    [InlineData("doctor --offline --sources debian", "bootstrap host-tools --update", "bootstrap host-tools --update --sources debian")]
    [InlineData("doctor --offline", "bootstrap plan m68k", "bootstrap plan m68k --offline")]
    [InlineData("doctor --offline", "bootstrap sources mirror DIR TARGET", "bootstrap sources mirror DIR TARGET")]
    [InlineData(
        "build m68k sh4 --to hello --store s --offline --mirror m --emulators built --definitions mine", "bootstrap sources mirror DIR TARGET --sign KEY",
        "bootstrap sources mirror DIR m68k sh4 --to hello --sign KEY --definitions mine --emulators built")]
    [InlineData("shell m68k hello --offline", "bootstrap sources mirror DIR TARGET", "bootstrap sources mirror DIR m68k --to hello")]
    [InlineData("publish m68k --to tar out --offline", "bootstrap sources mirror DIR TARGET", "bootstrap sources mirror DIR m68k")]
    public void A_command_of_a_hint_is_one_that_helps_after_this_run(string run, string hint, string expected) =>
        Assert.Equal($"'{expected}' does it.", new PastedCommands(CommandTree.Create().Parse(run.Split(' '))).Complete($"'{hint}' does it."));

    [Fact]
    public void Sources_can_be_mirrored_for_a_step_that_no_goal_needs() =>
        Assert.Empty(CommandTree.Create().Parse("sources mirror DIR m68k --to hello".Split(' ')).Errors);

    [Fact]
    public void The_doctors_hints_stand_below_the_names_of_its_checks() => Assert.Equal(
        """
        MISSING  qemu: not here:
                 package
                 Mend it:
                 echo 1
        """, DoctorCommand.Told(new HostCheck("qemu", null, "not here:\n  package", "Mend it:\necho 1"), Pasted));
}
