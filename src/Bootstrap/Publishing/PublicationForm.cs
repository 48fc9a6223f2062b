using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Publishing.BuildStream;
using Bootstrap.Publishing.Oci;
using Bootstrap.Publishing.Ostree;
using Bootstrap.Publishing.Verification;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>A form in which targets are published: one file that writes it and knows it again, and one line in <see cref="PublicationForms"/>.</summary>
public abstract class PublicationForm
{
    /// <summary>What <c>--to</c> calls it.</summary>
    public abstract string Name { get; }

    public abstract string Help { get; }
    public abstract ImmutableArray<PublishedStep> Steps { get; }

    /// <summary>A command that uses what was written to a place.</summary>
    public abstract string Use(ToolchainManifest facts, string place);

    /// <summary>Whether it can refer to an OSTree repository that holds the same toolchains.</summary>
    public virtual bool TakesRepository => false;

    /// <summary>Whether it takes a program that writes disk images.</summary>
    public virtual bool TakesImageProgram => false;

    /// <summary>The step that has to be planned up to; null for the targets' goals.</summary>
    public string? To => Steps is [var only] ? only.Name : null;

    /// <summary>Writes toolchains to a place, the same bytes for the same toolchains; changes nothing in the store.</summary>
    /// <exception cref="DefinitionException">The place holds something else, or is signed and this would not be.</exception>
    /// <exception cref="HostException">A program that it takes is missing.</exception>
    /// <exception cref="StoreException">A tree is not what its manifest says, or the place can't be written to.</exception>
    public abstract Task<ImmutableArray<PublishedItem>> WriteAsync(PublicationRequest request, CancellationToken cancel);

    /// <summary>What lies in a directory, where that is a layout of this form; null where it is not, or consists of single files.</summary>
    internal virtual IPublishedLayout? Recognise(PublishedDirectory directory, ProcessRunner processes) => null;

    /// <summary>Whether a single file of this form is an archive of a tree.</summary>
    internal virtual bool IsArchive(string path) => false;
}

/// <summary>All forms in which targets are published.</summary>
public static class PublicationForms
{
    public static ImmutableArray<PublicationForm> All { get; } =
    [
        new TarForm(),
        new ImageForm(ImageForm.Raw),
        new ImageForm(ImageForm.Qcow2),
        new OstreeForm(),
        new OciForm(isArchive: false),
        new OciForm(isArchive: true),
        new BuildStreamForm(),
    ];

    /// <exception cref="DefinitionException">There is none of that name.</exception>
    public static PublicationForm Of(string name) => All.FirstOrDefault(form => form.Name == name) ?? throw new DefinitionException(
        $"--to '{name}' is no form of publication.", $"Expected one of {string.Join(", ", All.Select(form => form.Name))}, and where it goes.");

    /// <summary>Refuses a directory for single files that is another form's: whoever verifies that one looks at nothing beside it.</summary>
    internal static void RequireNoLayout(string directory, ProcessRunner processes)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        foreach (var form in All)
        {
            var above = Path.GetDirectoryName(place) is { } parent ? form.Recognise(new PublishedDirectory(parent), processes) : null;
            if (form.Recognise(new PublishedDirectory(place), processes) is not null || above?.Documents == Path.GetFileName(place))
                throw new DefinitionException($"'{directory}' is of 'publish --to {form.Name}': files beside its own would not be verified.", "Publish into another directory.");
        }
    }
}

/// <summary>What is to be published, and where.</summary>
public sealed record PublicationRequest(ProcessRunner Processes, ImmutableArray<PublishedTree> Trees, PublishedSysroot HostTools, string Place)
{
    /// <summary>An OSTree repository that the publication refers to.</summary>
    public string? Repository { get; init; }

    public Signer? Signer { get; init; }

    /// <summary>The program that writes disk images, without arguments yet.</summary>
    public ConfinedCommand? ImageProgram { get; init; }
}

/// <summary>A step whose artifact is published.</summary>
public sealed record PublishedStep(string Name, ToolchainKind Kind)
{
    public static PublishedStep Native { get; } = new(WellKnownSteps.NativeSysroot, ToolchainKind.Native);
    public static PublishedStep Cross { get; } = new(WellKnownSteps.CrossToolchain, ToolchainKind.Cross);
    public static PublishedStep Image { get; } = new(WellKnownSteps.Image, ToolchainKind.Image);
}

/// <summary>An artifact that is published: its tree, what is in it, and what is said about it.</summary>
public sealed record PublishedTree(string Tree, Manifest Manifest, ToolchainManifest Facts, ContainerPlatform Container);

/// <summary>The host tools, to be published beside what they built.</summary>
public sealed record PublishedSysroot(string Name, string Tree, Manifest Manifest)
{
    public static PublishedSysroot Of(HostToolsSysroot tools, ArtifactStore store) => new(NameOf(tools), tools.Tree, store.Steps.ReadManifest(tools.Artifact.Content).WithSetId());

    /// <summary>What a published sysroot's file is called, without its ending.</summary>
    public static string NameOf(HostToolsSysroot tools) => $"{tools.Kind.Name}-host-tools-{tools.Release}-{BuildMachine.Current.Name}";
}

/// <summary>What was published: a file, or a branch with its commit.</summary>
public sealed record PublishedItem(string Name, Digest Digest)
{
    /// <summary>Its size, where it is a file.</summary>
    public long? Bytes { get; init; }

    /// <summary>False where it was there before and is the same.</summary>
    public bool IsNew { get; init; } = true;
}

/// <summary>A finished file of a publication.</summary>
public sealed record PublishedFile(string Path, long Bytes, Digest Sha256)
{
    public string Name => System.IO.Path.GetFileName(Path);

    internal PublishedItem Item => new(Path, Sha256) { Bytes = Bytes };

    internal static PublishedFile Of(string path) => new(path, new FileInfo(path).Length, Digest.OfFile(path));
}
