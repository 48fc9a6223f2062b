using System.Text.Encodings.Web;
using Bootstrap.Definitions;
using Fluid;

namespace Bootstrap.Reproduction;

/// <summary>A page, and one for each record, that show what the records of targets say.</summary>
public sealed class Scoreboard(DefinitionSet definitions, IEnumerable<TargetRecord> records)
{
    private static readonly string[] Emulated = ["abi", "elf", "size", "programs", "configure"];

    // What the machine is; all else of the image's checks is compiled in it.
    private static readonly string[] Boot = ["Linux", "root", "host name", "root file system", "owners"];

    private readonly ImmutableArray<TargetRecord> _records = [.. records.OrderBy(each => each.Target, StringComparer.Ordinal).ThenByDescending(each => each.Release, StringComparer.Ordinal)];

    /// <summary>How many targets a record says are supported, and by which release; for the README.</summary>
    public string Summary
    {
        get
        {
            var supported = _records.Where(IsSupported).ToLookup(each => each.Release, each => each.Target);
            var of = string.Join("; ", supported.OrderByDescending(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key}: {string.Join(", ", each)}"));
            var (count, all) = (supported.SelectMany(each => each).Distinct().Count(), definitions.Targets.Keys.Union(_records.Select(each => each.Target)).Count());
            return $"{count} of {all} targets have a record of a build with no failed check{(of.Length == 0 ? "" : $" ({of})")}.";
        }
    }

    /// <summary>The matrix: a line of words a target and release, the first line those of the columns.</summary>
    public IEnumerable<string[]> Table() =>
    [
        ["TARGET", "RELEASE", "STATE", .. Rows().First().Cells.Select(cell => cell.Stage.ToUpperInvariant()), "SYSROOT", "MINUTES"],
        .. Rows().Select(row => (string[])[row.Target, row.Release, row.State, .. row.Cells.Select(cell => cell.Said), row.Megabytes, row.Minutes]),
    ];

    /// <summary>Writes <c>index.html</c> and <c>RELEASE/TARGET.html</c> from the templates of a directory.</summary>
    public async Task WriteAsync(string templates, string directory)
    {
        var options = new TemplateOptions { MemberAccessStrategy = new UnsafeMemberAccessStrategy { MemberNameStrategy = MemberNameStrategies.SnakeCase }, CultureInfo = CultureInfo.InvariantCulture };
        var shared = (Style: await File.ReadAllTextAsync(Path.Combine(templates, "style.css")), Script: await File.ReadAllTextAsync(Path.Combine(templates, "table.js")));
        await RenderAsync("index.liquid", Path.Combine(directory, "index.html"), new { Rows = Rows().ToArray(), Summary, shared.Style, shared.Script });
        foreach (var record in _records)
        {
            await RenderAsync("target.liquid", Path.Combine(directory, record.Release, record.Target + ".html"), new
            {
                Record = record,
                Row = RowOf(record),
                Groups = record.Checks.GroupBy(check => check.Group).Select(group => new { Name = group.Key, Checks = group.ToArray() }).ToArray(),
                Steps = record.Steps.Select(step => new
                {
                    Name = step.Key,
                    step.Value.Seconds,
                    Megabytes = Megabytes(step.Value.Bytes),
                    step.Value.Files,
                    Share = Share(step.Value.Seconds, record.Steps.Values.Max(each => each.Seconds)),
                    Content = step.Value.Content?.Hex,
                    step.Value.ForBuildMachine,
                }).ToArray(),
                Sources = record.Sources.Select(source => new { Name = source.Key, Version = source.Value }).ToArray(),
                Date = Day(record.Date),
                Trials = record.Trials.Select(trial => new { trial.How, Date = Day(trial.Date), trial.Compared, trial.Identical, trial.ForBuildMachine }).ToArray(),
                shared.Style,
            });
        }

        async Task RenderAsync(string name, string file, object model)
        {
            if (!new FluidParser().TryParse(await File.ReadAllTextAsync(Path.Combine(templates, name)), out var template, out var error))
                throw new DefinitionException($"{Path.Combine(templates, name)}: {error}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, await template.RenderAsync(new TemplateContext(model, options), HtmlEncoder.Default));
        }
    }

    private static bool IsSupported(TargetRecord record) => record.Checks.Length > 0 && record.Checks.All(check => check.Result != "fail");

    private IEnumerable<ScoreRow> Rows()
    {
        var most = (Bytes: Most(SysrootOf), Seconds: Most(record => record.Steps.Values.Sum(step => step.Seconds)));
        var recorded = _records.Select(RowOf).Select(row => row with { SizeShare = Share(row.Bytes, most.Bytes), TimeShare = Share(row.Time, most.Seconds) });
        var others = definitions.Targets.Keys.Except(_records.Select(each => each.Target)).Select(name => new ScoreRow(name, "", definitions.Targets[name].Triplet, "", "none", CellsOf(null)));
        return recorded.Concat(others).OrderBy(row => row.Target, StringComparer.Ordinal);

        double Most(Func<TargetRecord, double> of) => _records.IsEmpty ? 0 : _records.Max(of);
    }

    private static ScoreRow RowOf(TargetRecord record) => new(
        record.Target, record.Release, record.Triplet, Day(record.Date), !record.Stale.IsEmpty ? "stale" : IsSupported(record) ? "supported" : "failed", CellsOf(record))
    {
        Bytes = SysrootOf(record),
        Time = record.Steps.Values.Sum(step => step.Seconds),
    };

    private static ImmutableArray<ScoreCell> CellsOf(TargetRecord? record)
    {
        return
        [
            Made("cross", WellKnownSteps.CrossToolchain),
            Made("native", WellKnownSteps.NativeSysroot),
            Checked("emulated", "programs", check => Emulated.Contains(check.Group)),
            Checked("proof", "prove", check => check.Group == "prove"),
            Made("kernel", WellKnownSteps.Kernel),
            Checked("boot", "image", check => check.Group == "image" && Boot.Contains(check.Check)),
            Checked("inside", "image", check => check.Group == "image" && !Boot.Contains(check.Check)),
            Tried("reproduced", "reproducible"),
            Tried("diverse", "diverse"),
        ];

        ScoreCell Made(string stage, string step) =>
            record?.Steps.GetValueOrDefault(step) is { Content: not null } ? new ScoreCell(stage, "pass", "built", $"step-{step}") : NotRun(stage);

        ScoreCell Checked(string stage, string anchor, Func<RecordedCheck, bool> belongs)
        {
            var checks = record?.Checks.Where(belongs).ToArray() ?? [];
            var (failed, known) = (checks.Count(check => check.Result == "fail"), checks.Count(check => check.Result == "known"));
            return checks.Length == 0 ? NotRun(stage)
                : failed > 0 ? new ScoreCell(stage, "fail", $"{failed} of {checks.Length} failed", $"checks-{anchor}")
                : known > 0 ? new ScoreCell(stage, "known", $"{known} of {checks.Length} known to fail", $"checks-{anchor}")
                : new ScoreCell(stage, "pass", $"{checks.Length} passed", $"checks-{anchor}");
        }

        ScoreCell Tried(string stage, string how)
        {
            var trials = record?.Trials.Where(trial => trial.How.Split(' ')[0] == how).ToArray() ?? [];
            return trials.Length == 0 ? NotRun(stage)
                : trials.FirstOrDefault(trial => trial.Different > 0) is { } bad ? new ScoreCell(stage, "fail", $"{bad.Different} of {bad.Compared} differ", "trials")
                : new ScoreCell(stage, "pass", $"{trials[0].Identical} the same", "trials");
        }

        static ScoreCell NotRun(string stage) => new(stage, "none", "not run", null);
    }

    private static double SysrootOf(TargetRecord record) => record.Steps.GetValueOrDefault(WellKnownSteps.NativeSysroot)?.Bytes ?? 0;

    private static int Share(double part, double most) => most == 0 ? 0 : (int)Math.Round(100 * part / most);

    internal static string Megabytes(double bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A target of one release.</summary>
/// <param name="Release">Empty where there is no record of any.</param>
/// <param name="State"><c>supported</c>, <c>stale</c>, <c>failed</c> or <c>none</c>.</param>
internal sealed record ScoreRow(string Target, string Release, string Triplet, string Date, string State, ImmutableArray<ScoreCell> Cells)
{
    /// <summary>Of the native sysroot.</summary>
    public double Bytes { get; init; }

    /// <summary>Of all steps, in seconds.</summary>
    public double Time { get; init; }

    /// <summary>In percent of the largest sysroot.</summary>
    public int SizeShare { get; init; }

    /// <summary>In percent of the longest build.</summary>
    public int TimeShare { get; init; }

    public string Megabytes => Release.Length == 0 ? "" : Scoreboard.Megabytes(Bytes);
    public string Minutes => Release.Length == 0 ? "" : (Time / 60).ToString("0", CultureInfo.InvariantCulture);
}

/// <summary>What a record says of one stage.</summary>
/// <param name="State"><c>pass</c>, <c>known</c>, <c>fail</c> or <c>none</c>.</param>
/// <param name="Anchor">The place on the record's page that has what was seen, or null.</param>
internal sealed record ScoreCell(string Stage, string State, string Said, string? Anchor);
