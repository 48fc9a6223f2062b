using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Store;
using Bootstrap.Tests.Planning;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Execution;

/// <summary>What a step finds is what its key was made of, whoever edits the checkout while a build runs.</summary>
public sealed class StepLayoutTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ArtifactStore _store;

    public StepLayoutTests()
    {
        _store = ArtifactStore.Open(_directory["store"]);
        _directory.Write("recipe/run.sh", "echo recipe");
        _directory.Write("own.config", "CONFIG_A=y");
        _directory.Write("fix.patch", "patch");
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Files_of_recipe_and_target_and_patches_are_copies_that_no_edit_reaches()
    {
        var spec = Lay(Planned());
        _directory.Write("recipe/run.sh", "edited");
        _directory.Write("own.config", "edited");
        _directory.Write("fix.patch", "edited");

        var files = Assert.Single(spec.Mounts, mount => mount.At == SandboxPaths.Files).Layers.Single();
        Assert.Equal("echo recipe", File.ReadAllText(Path.Combine(files, "run.sh")));
        Assert.Equal("CONFIG_A=y", File.ReadAllText(Path.Combine(files, "of-target/own.config")));
        Assert.Equal("patch", File.ReadAllText(Assert.Single(spec.Mounts, mount => mount.At == "/in/patches/0000-fix.patch").Layers.Single()));
    }

    [Theory]
    [InlineData("recipe/run.sh", "recipe")]
    [InlineData("own.config", "own.config")]
    [InlineData("fix.patch", "fix.patch")]
    public void What_was_edited_or_removed_since_the_plan_was_made_starts_no_step(string edited, string told)
    {
        var step = Planned();
        _directory.Write(edited, "edited");
        Assert.Contains($"Step m68k/compile was not started: '{_directory[told]}' is no longer what it was", Refused(step), StringComparison.Ordinal);
        File.Delete(_directory[edited]);
        Assert.Contains("is no longer what it was when the run began", Refused(step), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("own.config")]
    [InlineData("fix.patch")]
    [InlineData("recipe/run.sh")]
    public void A_named_pipe_in_the_place_of_a_file_is_not_waited_for(string replaced)
    {
        var step = Planned();
        File.Delete(_directory[replaced]);
        _directory.Shell($"mkfifo {replaced}");
        Assert.Contains("is no longer what it was when the run began", Refused(step), StringComparison.Ordinal);
    }

    private string Refused(Step step) => Assert.Throws<BuildException>(() => Lay(step)).Message;

    private SandboxSpec Lay(Step step) =>
        new StepLayout(_store, Directory.CreateDirectory(_directory[Path.GetRandomFileName()]).FullName).Of(step, _ => throw new InvalidOperationException(), null);

    private Step Planned()
    {
        var own = new StepFile($"{SandboxPaths.TargetFiles}/own.config", Digest.OfFile(_directory["own.config"]), _directory["own.config"]);
        return Samples.Step() with
        {
            Inputs = [],
            Files = [new StepFile("/in/patches/0000-fix.patch", Digest.OfFile(_directory["fix.patch"]), _directory["fix.patch"])],
            RecipeFiles = StepFile.Together(RecipeFiles.In(_directory["recipe"]), [own]),
            RecipeFilesPath = _directory["recipe"],
            TargetFiles = [own],
            Emulator = null,
            Emulated = null,
            HostTools = null,
        };
    }
}
