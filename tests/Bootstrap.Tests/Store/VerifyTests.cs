using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Store;

public sealed class VerifyTests : IDisposable
{
    private readonly StoreFixture _fixture = new();
    private readonly Artifact _artifact;

    public VerifyTests() => _artifact = _fixture.Commit("a", "umask 022; echo one > x; mkdir d; ln -s x l; touch d/f");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_store_as_it_was_committed_verifies()
    {
        var report = _fixture.Store.Verify(Advance.Unwatched);

        Assert.Empty(report.Damages);
        Assert.Equal((1, 3, 4L), (report.Artifacts, report.Files, report.Bytes));
    }

    [Theory]
    [InlineData("echo two > x", "x", "SHA-256", "SHA-256")]
    [InlineData("chmod 0600 x", "x", "mode 0644", "mode 0600")]
    [InlineData("rm d/f", "d/f", "a file of mode 0644, 0 bytes", "nothing")]
    [InlineData("touch more", "more", "nothing", "a file of mode")]
    [InlineData("ln -sfn y l", "l", "a symbolic link to 'x'", "a symbolic link to 'y'")]
    public void A_change_in_a_tree_is_told_with_its_path(string commands, string path, string expected, string found)
    {
        _fixture.Shell($"cd trees/*/tree; {commands}");

        var damage = Assert.Single(_fixture.Store.Verify(Advance.Unwatched).Damages);

        Assert.Equal(Path.Combine(_artifact.Tree, path), damage.Path);
        Assert.Equal(_artifact.Content, damage.Content);
        Assert.Contains(expected, damage.Expected, StringComparison.Ordinal);
        Assert.Contains(found, damage.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    public void An_attribute_in_a_tree_is_told_with_its_path(string path)
    {
        TemporaryDirectory.SetAttribute(Path.Combine(_artifact.Tree, path), "user.overlay.opaque", "y"u8);

        var damage = Assert.Single(_fixture.Store.Verify(Advance.Unwatched).Damages);

        Assert.Equal(_artifact.Content, damage.Content);
        Assert.Contains($"'{(path.Length == 0 ? "." : path)}' has the extended attribute 'user.overlay.opaque'", damage.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rm trees/*/manifest")]
    [InlineData("cd trees/*; echo > manifest")]
    [InlineData("sed -i s/0644/0600/ trees/*/manifest; chmod 0600 trees/*/tree/x trees/*/tree/d/f")]
    [InlineData("cd trees/*/tree; mkfifo pipe")]
    [InlineData("cd trees/*/tree; chmod 0000 x")]
    [InlineData("cd trees/*/tree; chmod 0300 d")]
    [InlineData("rm -r trees/*")]
    [InlineData("rm steps/*/key.json")]
    public void A_damaged_artifact_can_be_dropped_and_made_anew(string commands)
    {
        _fixture.Shell(commands);
        var damage = Assert.Single(_fixture.Store.Verify(Advance.Unwatched).Damages);

        Assert.NotNull(damage.Content);
        Assert.Empty(_fixture.Store.Drop(damage));

        Assert.Empty(_fixture.Store.Verify(Advance.Unwatched).Damages);
        Assert.Null(_fixture.Store.Steps.Find(_artifact.Key));
        _fixture.Commit("a", "umask 022; echo one > x; mkdir d; ln -s x l; touch d/f");
        Assert.Equal(_artifact, _fixture.Store.Steps.Find(_artifact.Key));
        Assert.Empty(_fixture.Store.Verify(Advance.Unwatched).Damages);
    }

    [Theory]
    [InlineData("chmod 0000 x", "x", "'x' has the mode 0000, by which its owner can't read it.")]
    [InlineData("chmod 0077 d", "d", "'d' has the mode 0077, by which its owner can't read it.")]
    public void What_can_not_be_read_is_told_with_the_reason_and_keeps_its_mode(string commands, string path, string reason)
    {
        _fixture.Shell($"cd trees/*/tree; {commands}");
        var mode = File.GetUnixFileMode(Path.Combine(_artifact.Tree, path));

        Assert.Equal(reason, Assert.Single(_fixture.Store.Verify(Advance.Unwatched).Damages).Found);

        Assert.Equal(mode, File.GetUnixFileMode(Path.Combine(_artifact.Tree, path)));
    }

    [Fact]
    public void A_damaged_record_and_a_damaged_blob_are_told_and_dropped()
    {
        var blob = _fixture.Store.Blobs.Add(_fixture.Stage("printf blob > f") + "/f", StoreFixture.Key("blob"));
        File.AppendAllText(blob, "!");
        File.WriteAllText(_fixture[$"steps/{_artifact.Key}/record.json"], "{}");

        var damages = _fixture.Store.Verify(Advance.Unwatched).Damages;
        Assert.Equal([_fixture[$"steps/{_artifact.Key}/record.json"], blob], damages.Select(damage => damage.Path));
        Assert.Empty(_fixture.Store.Drop(damages));
        Assert.Empty(_fixture.Store.Verify(Advance.Unwatched).Damages);
        Assert.Null(_fixture.Store.Blobs.Find(StoreFixture.Key("blob")));
    }
}
