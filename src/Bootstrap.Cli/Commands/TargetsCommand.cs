using Bootstrap.Reproduction;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap targets</c>: lists what can be built for.</summary>
internal static class TargetsCommand
{
    public static Command Create(CommonOptions options) => options.Define("targets", """
        List the targets, the machine that boots each, and whether the store has its kernel, its image and a passed boot check; "outdated" is
        a check that an image before the last has passed. RECORD is the day on which the project has built and checked it; "stale" where steps
        are defined otherwise since.

        Example:
          bootstrap targets
        """, [], (workspace, _, _) =>
    {
        var (definitions, store) = (workspace.Definitions, workspace.Store);
        var rows = definitions.Targets.Values.Select(target =>
        {
            var emulator = definitions.Emulators[target.Emulator];
            StepRecord? Last(string step) => store.History.LastBuilds(target.Name, step) is [var last, ..] ? last : null;
            string Built(string step) => Last(step) is null ? "-" : "built";
            string Checked() => (Last(WellKnownSteps.Image), Last(WellKnownSteps.ImageCheck)) switch
            {
                (_, null) => "-",
                ({ } image, { } check) when check.KeyDocument.Contains(image.Content.Hex, StringComparison.Ordinal) => "passed",
                _ => "outdated",
            };
            string[] system = emulator.System is { } machine
                ? [$"{machine.Program} {machine.Machine}", Built(WellKnownSteps.Kernel), Built(WellKnownSteps.Image), Checked()]
                : ["user-mode only", "", "", ""];
            var record = TargetRecord.Find(workspace.Settings.DefinitionDirectories, TargetRecord.ReleaseOf(definitions, target.Name), target.Name)?.Record;
            var recorded = record is null ? "-" : record.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + (record.Stale.IsEmpty ? "" : ", stale");
            return (string[])[target.Name, target.Triplet, emulator.UserProgram, .. system, recorded, target.Description];
        });
        Columns.Print([["TARGET", "TRIPLET", "EMULATED BY", "MACHINE", "KERNEL", "IMAGE", "BOOT", "RECORD", "DESCRIPTION"], .. rows]);
        return Task.FromResult(ExitCodes.Done);
    });
}
