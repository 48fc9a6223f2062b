using System.IO.Compression;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>The program with a definition of Alpine host tools, the real mini root file system and a repository of the test's own.</summary>
internal sealed class AlpineWorld : IDisposable
{
    private readonly string _key;

    public AlpineWorld(string user, bool real = true)
    {
        World = new HostToolsWorld(user);
        Root = Path.Combine(World.Root, "minirootfs.tar.gz");
        if (real)
            File.Copy(SharedAlpine.Find(SharedAlpine.Host)!, Root);
        else
            File.WriteAllText(Root, "no archive");
        File.SetUnixFileMode(Root, (UnixFileMode)0b110_100_100);
        _key = Repository.Signer.WriteKey(World.Root);
        World.Write("src/host-tools/debian.yaml", "name: debian\nprovider: debian\ndefault: trixie\npackages: [busybox-static]\nlinks: {usr/bin/sh: busybox}\nreleases: {trixie: {}}\n");
        Define("hello");
    }

    public static ApkPackage Greeting { get; } = new("greeting", "2.0-r1", [new ApkFile("usr/share/greeting", "hello")]);

    public static ApkPackage Hello { get; } = new(
        "hello", "1.0-r0", [new ApkFile("usr/bin/hello", "#!/bin/sh\ncat /usr/share/greeting\n"), new ApkFile("usr/bin/hi", "", "hello")])
    {
        Depends = ["greeting"],
        PostInstall = "mkdir -p /usr/share/hello\n/usr/bin/hello > /usr/share/hello/made-by-script\n",
    };

    public HostToolsWorld World { get; }

    public ApkRepository Repository { get; } = new();

    /// <summary>The mini root file system, readable by everybody.</summary>
    public string Root { get; private set; }

    /// <summary>Writes the definition: these packages, in the root as it is now.</summary>
    public void Define(string packages) => World.Write("src/host-tools/alpine.yaml", $"""
        name: alpine
        provider: alpine
        default: "3.20"
        packages: [{packages}]
        releases:
          "3.20":
            version: 3.20.3
            root:
              urls: [http://127.0.0.1:1/minirootfs.tar.gz]
              sha256: {Digest.OfFile(Root)}
            repositories: [http://127.0.0.1:1/main]
        """);

    /// <summary>The real root's archive, not compressed.</summary>
    public byte[] RealRoot()
    {
        using var compressed = new GZipStream(File.OpenRead(Root), CompressionMode.Decompress);
        var archive = new MemoryStream();
        compressed.CopyTo(archive);
        return archive.ToArray();
    }

    /// <summary>Takes another root than the real one.</summary>
    public void ReplaceRoot(byte[] archive)
    {
        Root = Path.Combine(World.Root, "other.tar.gz");
        File.WriteAllBytes(Root, ApkPackage.Compress(archive));
        Define("hello");
    }

    public Task<ProcessResult> RunAsync(params string[] options) => RunAtAsync(Repository.Url, options);

    public Task<ProcessResult> RunAtAsync(string repository, params string[] options) => World.RunAsync(
    [
        .. options.Contains("--host-tools") ? [] : (string[])["--host-tools", "alpine"],
        .. options.Contains("--alpine-root") ? [] : (string[])["--alpine-root", Root],
        .. Repositories(repository),
        .. options,
    ]);

    /// <summary>A run with these variables, each <c>NAME=VALUE</c>.</summary>
    public Task<ProcessResult> RunWithAsync(string repository, params string[] variables) => World.RunAsync(
        ["env", .. variables],
        ["host-tools", "--host-tools", "alpine", "--alpine-root", Root, .. Repositories(repository), "--store", World.Store]);

    /// <summary>A run that fails for a reason of this host's, with these words in its message, and leaves nothing.</summary>
    public async Task AssertRefusedAsync(Task<ProcessResult> run, params string[] expected)
    {
        var result = await run;
        Assert.All(expected, words => Assert.True(result.Error.Contains(words, StringComparison.Ordinal), $"'{words}' is not in:\n{result.Error}"));
        Assert.Equal(3, result.ExitCode);
        World.AssertStoreEmpty();
    }

    public void Dispose()
    {
        Repository.Dispose();
        World.Dispose();
    }

    private string[] Repositories(string repository) => ["--apk-repository", repository, "--apk-key", _key];
}
