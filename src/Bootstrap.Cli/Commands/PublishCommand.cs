using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Publishing.Verification;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap publish</c>: writes targets' toolchains from the store, and never builds; or checks what was published.</summary>
internal static class PublishCommand
{
    public static Command Create(GlobalOptions options)
    {
        var targets = CommonArguments.Targets(orNone: true);
        var to = new Option<string[]>("--to")
        {
            Description = "The form, and the directory that is written to (of oci-archive: the file)",
            HelpName = string.Join('|', PublicationForms.All.Select(form => form.Name)) + "> <PLACE",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        to.CompletionSources.Add(_ => PublicationForms.All.Select(form => new CompletionItem(form.Name)));
        var sign = new Option<string?>("--sign") { Description = "Sign with this key of gpg's; none is ever made", HelpName = "KEY" };
        var version = new Option<string?>("--as-version") { Description = "The version that the files' names bear [default: GCC's]", HelpName = "VERSION" };
        var verify = new Option<string?>("--verify") { Description = "Check what was published into this directory, in whatever form", HelpName = "DIR" };
        var keyring = new Option<string?>("--keyring")
        {
            Description = "With --verify: it has to be signed, by one of the keys in this file [default: those of gpg, if it is signed]",
            HelpName = "FILE",
        };
        var ostree = new Option<string?>("--ostree")
        {
            Description = "With buildstream: also an element for the source plugin 'ostree', of the commit in this repository",
            HelpName = "REPO",
        };
        var command = new Command("publish", """
            Write targets' toolchains, which have to be built, with a manifest, a bill of materials (SPDX 2.3), the provenance (SLSA v1) and checksums
            beside them. The same toolchain gives the same bytes.

              tar          the native and the cross toolchain as .tar.zst and .tar.gz
              raw, qcow2   the disk image, and the kernel beside it
              ostree       the native and the cross toolchain as commits of an OSTree repository
              oci          the native toolchain as an image in a directory of OCI's layout; oci-archive: in one file
              buildstream  a BuildStream 2 project that imports the native toolchain and the host tools, and compiles an example

            Example:
              bootstrap publish m68k --to tar out
              bootstrap publish m68k aarch64_be --to oci out --sign me@example.org
              bootstrap publish --verify out
            """)
        { targets, to, sign, version, ostree, verify, keyring };
        command.Validators.Add(result =>
        {
            var checks = result.GetValue(verify) is not null;
            if (checks && (result.GetResult(targets)?.Tokens.Count > 0 || result.GetResult(to) is not null || (result.GetValue(sign) ?? result.GetValue(version) ?? result.GetValue(ostree)) is not null))
            {
                result.AddError("--verify takes no targets, and none of the options by which something is published.");
            }
            else if (!checks && (result.GetResult(targets)?.Tokens.Count is null or 0 || result.GetResult(to) is null))
            {
                result.AddError("Expected targets and where they go: publish TARGET --to FORM PLACE; or --verify DIR.");
            }
            else if (!checks && result.GetValue(ostree) is not null && result.GetValue(to)?[0] != PublicationForms.BuildStream)
            {
                result.AddError("--ostree goes with --to buildstream only.");
            }
            else if (!checks && result.GetValue(keyring) is not null)
            {
                result.AddError("--keyring goes with --verify only.");
            }
        });
        command.SetAction((parsed, cancel) => parsed.GetValue(verify) is { } directory
            ? VerifyAsync(directory, parsed.GetValue(keyring), cancel)
            : WriteAsync(new Workspace(options.Read(parsed)), Asked(parsed), cancel));
        return command;

        Wish Asked(ParseResult parsed) => new(
            [.. parsed.GetValue(targets)!.Distinct(StringComparer.Ordinal)],
            parsed.GetValue(to)![0],
            parsed.GetValue(to)![1],
            parsed.GetValue(ostree),
            parsed.GetValue(sign),
            parsed.GetValue(version));
    }

    private sealed record Wish(ImmutableArray<string> Targets, string Form, string Place, string? Repository, string? Key, string? Version);

    private static async Task<int> WriteAsync(Workspace opened, Wish wish, CancellationToken cancel)
    {
        using var workspace = opened;
        var form = PublicationForms.All.FirstOrDefault(form => form.Name == wish.Form) ?? throw new DefinitionException(
            $"--to '{wish.Form}' is no form of publication.", $"Expected one of {string.Join(", ", PublicationForms.All.Select(form => form.Name))}, and where it goes.");
        var signer = wish.Key is { } key ? await Signer.WithAsync(workspace.Processes, key, cancel) : null;
        var planned = await workspace.PlanBuiltAsync(wish.Targets, form.To, cancel);
        var built = KeyWalk.Of(planned.Plan, workspace.Store);
        var facts = new PublicationFacts(workspace.Definitions, planned, built);
        ImmutableArray<(PublishedTree, Target)> trees =
        [
            .. from name in wish.Targets
               from each in form.Steps
               let artifact = Built(planned, built, name, each.Step)
               let said = facts.Of(name, planned.Step(name, each.Step), artifact, each.Kind, wish.Version)
               select (new PublishedTree(artifact.Tree, workspace.Store.Steps.ReadManifest(artifact.Content), said), workspace.Definitions.Target(name)),
        ];
        foreach (var line in await form.WriteAsync(new PublicationRequest(workspace, planned.HostTools, trees, wish.Place, wish.Repository, signer), cancel))
            Console.WriteLine(line);

        return ExitCodes.Done;
    }

    private static async Task<int> VerifyAsync(string directory, string? keyring, CancellationToken cancel)
    {
        using var processes = new ProcessRunner();
        var checks = await new PublicationVerifier(processes, keyring).CheckAsync(directory, cancel);
        Columns.Print([.. checks.Select(check => (string[])[check.Trouble is null ? "ok" : "FAILED", check.What, check.Trouble ?? check.Detail])]);
        var failed = checks.Count(check => check.Trouble is not null);
        Console.WriteLine($"{checks.Length - failed} checks passed, {failed} failed");
        return failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static Artifact Built(PlannedTargets planned, IReadOnlyDictionary<StepId, Forecast> built, string target, string step) =>
        built[planned.Step(target, step).Id] is WouldBeCached cached ? cached.Artifact : throw new BuildException(
            $"'{target}' is not built: the store has no artifact for its step {step}.", $"Build it first: bootstrap build {target}");
}
