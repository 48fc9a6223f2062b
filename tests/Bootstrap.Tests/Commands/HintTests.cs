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

    [Fact]
    public void The_doctors_hints_stand_below_the_names_of_its_checks() => Assert.Equal(
        """
        MISSING  qemu: not here:
                 package
                 Mend it:
                 echo 1
        """, DoctorCommand.Told(new HostCheck("qemu", null, "not here:\n  package", "Mend it:\necho 1"), Pasted));
}
