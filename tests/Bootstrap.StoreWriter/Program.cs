// Commits, replaces and collects in the store DIR until it is killed, and prints each key once it is committed.
using System.Globalization;
using Bootstrap.Platform;
using Bootstrap.Store;

var store = ArtifactStore.Open(args[0]);
var run = Guid.NewGuid();
for (var i = 0; ; i++)
{
    var key = Digest.Of($"{run} {i}");
    using var held = await store.LockAsync(key, CancellationToken.None);
    using var work = store.NewWork("writer");
    var tree = Directory.CreateDirectory(Path.Combine(work.Path, "out/d")).Parent!;
    for (var file = 0; file < 40; file++)
        File.WriteAllText(Path.Combine(tree.FullName, "d", file.ToString(CultureInfo.InvariantCulture)), new string('x', (i + 1) * file));
    store.Steps.Commit(key, "document", tree.FullName, TimeSpan.Zero);
    store.History.RememberBuild("target", "step", key, TimeSpan.Zero);
    store.BuildTrees.Keep(Digest.Of("build tree"), Directory.CreateDirectory(Path.Combine(work.Path, "build")).FullName);
    Console.WriteLine(key);
    if (i % 5 == 4)
        store.Collect(new HashSet<Digest>(), new HashSet<Digest>(), dryRun: false);
}
