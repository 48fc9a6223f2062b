using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Bootstrap.Publishing;
using Bootstrap.Publishing.Verification;
using Bootstrap.Sources;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap publish</c>: writes targets' toolchains from the store, and never builds; or checks what was published.</summary>
internal static class PublishCommand
{
    public static Command Create(CommonOptions options)
    {
        var targets = CommonOptions.Targets(orNone: true);
        var to = new Option<string[]>("--to")
        {
            Description = "The form, and the directory that is written to (of oci-archive: the file)",
            HelpName = string.Join('|', PublicationForms.All.Select(form => form.Name)) + "> <PLACE",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        to.CompletionSources.Add(_ => PublicationForms.All.Select(form => new CompletionItem(form.Name)));
        var sign = CommonOptions.Sign("Sign");
        var version = CommonOptions.Value<string?>("--as-version", "VERSION", "The version in the files' names [default: GCC's]");
        var verify = CommonOptions.Value<string?>("--verify", "DIR", "Check what was published into this directory; the form is recognised");
        var keyring = CommonOptions.Value<string?>(
            "--keyring", "FILE",
            "With --verify: require a signature by a key in this file, as gpg --export writes it [default: a signature, if there is one, is checked with your GnuPG keyring]");
        var newerThan = CommonOptions.Value<string?>(
            "--newer-than", "FILE|DATE|SERIAL",
            $"With --verify: refuse what was signed before the {PublicationVerifier.SerialFile} that you kept of what you took last, a date or a serial number");
        var ostree = CommonOptions.Value<string?>(
            "--ostree", "REPO", "With buildstream: also write elements that take the toolchains from this OSTree repository");
        var width = PublicationForms.All.Max(form => form.Name.Length);
        var forms = string.Join('\n', PublicationForms.All.Select(form => $"  {form.Name.PadRight(width)}  {form.Help}"));
        var command = new Command("publish", $$"""
            Write targets' toolchains, which have to be built, with a manifest, a bill of materials (SPDX 2.3), the provenance (SLSA v1) and checksums
            beside them. The same toolchain gives the same bytes.

            {{forms}}

            Example:
              bootstrap publish m68k --to tar out
              bootstrap publish m68k aarch64_be --to oci out --sign me@example.org
              bootstrap publish --verify out
            """)
        { targets, to, sign, version, ostree, verify, keyring, newerThan };
        command.Validators.Add(result =>
        {
            if (Mistake(result) is { } mistake)
                result.AddError(mistake);
        });
        command.SetAction((parsed, cancel) => parsed.GetValue(verify) is { } directory
            ? VerifyAsync(directory, parsed.GetValue(keyring) is { } keys ? SignatureCheck.CheckKeyring(keys) : null, parsed.GetValue(newerThan), cancel)
            : WriteAsync(parsed, cancel));
        return command;

        string? Mistake(CommandResult result)
        {
            var hasTargets = result.GetResult(targets)?.Tokens.Count > 0;
            if (result.GetValue(verify) is not null)
            {
                return hasTargets || result.GetResult(to) is not null || (result.GetValue(sign) ?? result.GetValue(version) ?? result.GetValue(ostree)) is not null
                    ? "--verify takes no targets, and none of the options by which something is published." : null;
            }

            var taking = PublicationForms.All.Where(form => form.TakesRepository).Select(form => form.Name);
            return !hasTargets || result.GetResult(to) is null ? "Expected targets and where they go: publish TARGET --to FORM PLACE; or --verify DIR."
                : result.GetValue(ostree) is not null && !taking.Contains(result.GetValue(to)?[0]) ? $"--ostree goes with --to {string.Join(" or ", taking)} only."
                : result.GetValue(version) is { } named && !named.All(c => char.IsAsciiLetterOrDigit(c) || ".+~_-".Contains(c, StringComparison.Ordinal))
                    ? $"--as-version is '{named}', expected letters, digits, '.', '+', '~', '_' and '-'."
                : (result.GetValue(keyring) ?? result.GetValue(newerThan)) is not null ? "--keyring and --newer-than go with --verify only."
                : null;
        }

        async Task<int> WriteAsync(ParseResult parsed, CancellationToken cancel)
        {
            using var workspace = new Workspace(options.Read(parsed));
            var form = PublicationForms.Of(parsed.GetValue(to)![0]);
            string[] names = [.. parsed.GetValue(targets)!.Distinct(StringComparer.Ordinal)];
            var signer = parsed.GetValue(sign) is { } key ? await Signer.WithAsync(workspace.Processes, key, cancel) : null;
            var planned = await workspace.PlanBuiltAsync(names, form.To, cancel);
            var built = DryRun.Of(planned.Plan, workspace.Store).Steps.Where(step => step.Artifact is not null)
                .ToDictionary(step => step.Step.Id, step => step.Artifact!);
            var facts = new PublicationFacts(workspace.Definitions, planned.Plan, planned.HostTools, planned.Besides, workspace.Store, built);
            var request = new PublicationRequest(
                workspace.Processes,
                [.. from name in names from step in form.Steps select facts.Of(name, step, parsed.GetValue(version))],
                PublishedSysroot.Of(planned.HostTools, workspace.Store),
                Path.GetFullPath(parsed.GetValue(to)![1]))
            {
                Repository = parsed.GetValue(ostree),
                Signer = signer,
                ImageProgram = form.TakesImageProgram ? await workspace.ImageProgramAsync(cancel) : null,
            };
            var items = await Task.Run(() => form.WriteAsync(request, cancel), cancel)
                .ReportAsync(parsed.GetValue(to)![1], new Advance(string.Join(", ", names), $"publishing as {form.Name}", 0, null), workspace.Progress);
            foreach (var made in request.Trees.Select(tree => tree.Facts))
                Console.WriteLine($"{made.BaseName} is in {request.Place}, to be used by: {workspace.Settings.Pasted.Complete(form.Use(made, request.Place))}");
            foreach (var item in items)
                Console.WriteLine($"{item.Name}  {(item.Bytes is { } bytes ? Quantity.Bytes(bytes) : item.Digest.Hex)}{(item.IsNew ? "" : "  unchanged")}");
            return ExitCodes.Done;
        }
    }

    private static async Task<int> VerifyAsync(string directory, string? keyring, string? newerThan, CancellationToken cancel)
    {
        using var processes = new ProcessRunner();
        // Files of any size are read there.
        var checks = await Task.Run(() => new PublicationVerifier(processes, keyring, newerThan).CheckAsync(directory, cancel), cancel).WaitAsync(cancel);
        string Status(PublicationCheck check) => check.Trouble is not null ? "FAILED" : check.IsOther ? "other" : "ok";
        Columns.Print([.. checks.Select(check => (string[])[Status(check), check.What, check.Trouble ?? check.Detail])]);
        var (failed, others) = (checks.Count(check => check.Trouble is not null), checks.Count(check => check.IsOther));
        Console.WriteLine($"{checks.Length - failed - others} checks passed, {failed} failed{(others > 0 ? $"; {others} other things were not checked" : "")}");
        return failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
