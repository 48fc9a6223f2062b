using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.HostTools;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap store</c>: looks after the store itself.</summary>
internal static class StoreCommand
{
    private const int FilesShown = 20;

    public static Command Create(GlobalOptions options)
    {
        var command = new Command("store", """
            Look after the store.

            Example:
              bootstrap store verify
            """)
        { Verify(options) };
        return command;
    }

    private static Command Verify(GlobalOptions options)
    {
        var repair = new Option<bool>("--repair") { Description = "Remove what is damaged, so that the next build makes or fetches it anew" };
        var command = new Command("verify", """
            Read every artifact and source in the store again, and name each step and file that is not as it was committed.

            Example:
              bootstrap store verify --repair
            """)
        { repair };
        command.SetAction(parsed =>
        {
            using var store = ArtifactStore.Open(options.Store(parsed));
            var report = store.Verify(Advance.Unwatched);
            var broken = report.Damages.GroupBy(damage => damage.Content?.Hex ?? damage.Path).ToList();
            foreach (var damages in broken)
            {
                Print([.. damages], store);
                if (parsed.GetValue(repair))
                    store.Drop(damages.First());
            }

            Console.WriteLine($"{report.Artifacts} artifacts with {report.Files} files, {Quantity.Bytes(report.Bytes)}: {Verdict(broken.Count, parsed.GetValue(repair))}");
            return broken.Count == 0 || parsed.GetValue(repair) ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static string Verdict(int broken, bool repaired) => (broken, repaired) switch
    {
        (0, _) => "all as they were committed",
        (_, true) => $"{broken} damaged and removed; the next build makes them anew",
        _ => $"{broken} damaged; 'bootstrap store verify --repair' removes them, and the next build makes them anew",
    };

    private static void Print(IReadOnlyList<Damage> damages, ArtifactStore store)
    {
        Console.WriteLine($"damaged: {(damages[0].Content is { } content ? NameOf(content, store) : damages[0].Path)}");
        foreach (var damage in damages.Take(FilesShown))
            Console.WriteLine($"  {damage.Path}\n    expected {damage.Expected}\n    found    {damage.Found}");

        if (damages.Count > FilesShown)
            Console.WriteLine($"  and {damages.Count - FilesShown} more");
    }

    private static string NameOf(Digest content, ArtifactStore store)
    {
        var isHostTools = HostToolsResolver.PinnedKeys(store).Any(key => store.Steps.Read(key)?.Content == content);
        string[] names = [.. store.History.StepsThatMade(content), .. isHostTools ? (string[])["host tools"] : []];
        return names.Length > 0 ? string.Join(", ", names) : $"an artifact that no last build made ({content.Abbreviated})";
    }
}
