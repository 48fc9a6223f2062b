using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Http;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.Tests.Sources;

public sealed class DownloaderTests : IDisposable
{
    private readonly byte[] _content = TestSources.Content(200_000);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bootstrap-test-");
    private readonly Downloader _downloader = new(TestSources.Impatient);
    private readonly Recorder _progress = new();

    private PartialFile Part => new(Path.Combine(_directory.FullName, "file.part"));

    public void Dispose()
    {
        _downloader.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_that_one_mirror_lacks_comes_from_the_next()
    {
        using var server = new HttpTestServer(request => request.Path == "/missing" ? Answer.Of(404) : Answer.File(_content));
        await DownloadAsync(server.Url("missing"), server.Url("there"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
        Assert.Equal(["/missing", "/there"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        var busy = 2;
        using var server = new HttpTestServer(_ => busy-- > 0 ? Answer.Of(503) : Answer.File(_content));
        await DownloadAsync(server.Url("a"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task A_server_that_stays_busy_is_given_up_after_the_retries(int status)
    {
        using var server = new HttpTestServer(_ => Answer.Of(status));
        var failure = await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(server.Url("a")));
        Assert.Contains($"the server answered {status}", failure.Message);
        Assert.Equal(1 + TestSources.Impatient.Retries, server.Requests.Count);
    }

    [Fact]
    public async Task A_broken_off_download_goes_on_where_it_stopped()
    {
        using var server = new HttpTestServer(request => request.Headers.TryGetValue("Range", out var range)
            ? Rest(int.Parse(range["bytes=".Length..^1]))
            : Answer.File(_content) with { CutAfter = 120_000 });
        await DownloadAsync(server.Url("a"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
        Assert.Equal("bytes=120000-", server.Requests.Last().Headers["Range"]);
        Assert.Equal("\"1\"", server.Requests.Last().Headers["If-Range"]);
        Assert.Contains(_progress.Reports, report => report.Done == 120_000 && report.Total == _content.Length);
    }

    [Fact]
    public async Task A_download_with_a_token_goes_on_where_it_stopped_and_keeps_and_shows_none()
    {
        var kept = "";
        var asked = new List<string>();
        using var server = new HttpTestServer(request =>
        {
            asked.Add(request.Path);
            if (!request.Headers.TryGetValue("Range", out var range))
                return Answer.File(_content) with { CutAfter = 120_000 };
            kept = File.ReadAllText(Part.Path + ".from");
            return Rest(int.Parse(range["bytes=".Length..^1]));
        });
        await DownloadAsync(server.Url("a?file=a&unheard-of=SECRET"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
        Assert.All(asked, path => Assert.Equal("/a?file=a&unheard-of=SECRET", path));
        Assert.Contains("/a", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", kept, StringComparison.Ordinal);
        Part.Discard();
        using var refusing = new HttpTestServer(_ => Answer.Of(403));
        var failure = await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(refusing.Url("a?token=a%20SECRET")));
        Assert.Contains("a?token=***: the server answered 403", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changed_on_the_server_is_fetched_from_its_start()
    {
        var first = true;
        using var server = new HttpTestServer(_ =>
        {
            (var cut, first) = (first, false);
            return cut ? Answer.File(TestSources.Content(150_000)) with { CutAfter = 100_000 } : Answer.File(_content);
        });
        await DownloadAsync(server.Url("a"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
    }

    [Fact]
    public async Task What_an_earlier_run_left_is_used_only_if_it_came_from_the_same_URL_and_is_sound()
    {
        using var server = new HttpTestServer(request => request.Headers.TryGetValue("Range", out var range)
            ? Rest(int.Parse(range["bytes=".Length..^1]))
            : Answer.File(_content));
        using (var left = Part.Begin(server.Url("a"), "\"1\""))
            left.Write(new byte[1000]);
        await DownloadAsync(server.Url("a"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_wrong_checksum_names_expected_actual_and_URL_and_leaves_nothing()
    {
        var other = TestSources.Content(10);
        using var server = new HttpTestServer(_ => Answer.File(other));
        var failure = await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(server.Url("a")));
        Assert.Contains(TestSources.DigestOf(_content).Hex, failure.Message);
        Assert.Contains(TestSources.DigestOf(other).Hex, failure.Message);
        Assert.Contains(server.Url("a").ToString(), failure.Message);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_followed_to_http_but_not_to_a_file()
    {
        using var server = new HttpTestServer(request => request.Path switch
        {
            "/file" => Answer.Redirect("file:///etc/hosts"),
            "/moved" => Answer.Redirect("/there"),
            _ => Answer.File(_content),
        });
        await DownloadAsync(server.Url("moved"));
        Part.Discard();
        var failure = await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(server.Url("file")));
        Assert.Contains("file:///etc/hosts", failure.Message);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        using var server = new HttpTestServer(_ => Answer.Redirect("/again"));
        await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(server.Url("a")));
        Assert.InRange(server.Requests.Count, 2, 20);
    }

    [Theory]
    [InlineData("file:///etc/hosts")]
    [InlineData("ftp://127.0.0.1/a")]
    public async Task Only_http_and_https_are_fetched_by(string url)
    {
        var failure = await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(new Uri(url)));
        Assert.Contains("expected https or http", failure.Message);
    }

    [Fact]
    public async Task A_host_that_refuses_or_does_not_exist_is_not_asked_twice()
    {
        using var gone = new HttpTestServer(_ => Answer.Of(200));
        var url = gone.Url("a");
        gone.Dispose();
        using var server = new HttpTestServer(_ => Answer.File(_content));
        await DownloadAsync(url, new Uri("http://does-not-exist.invalid/a"), server.Url("a"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
    }

    [Fact]
    public async Task A_file_larger_than_any_source_is_refused()
    {
        using var downloader = new Downloader(TestSources.Impatient with { LargestFile = 1000 });
        using var server = new HttpTestServer(_ => Answer.File(_content));
        var failure = await Assert.ThrowsAsync<BuildException>(
            () => downloader.DownloadAsync(TestSources.Source(_content, server.Url("a")), Part, _progress, CancellationToken.None));
        Assert.Contains("larger than 1000 bytes", failure.Message);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task A_server_that_falls_silent_counts_as_failed()
    {
        using var downloader = new Downloader(TestSources.Impatient with { StallTimeout = TimeSpan.FromMilliseconds(50), Retries = 1 });
        using var silence = new ManualResetEventSlim();
        using var server = new HttpTestServer(_ =>
        {
            silence.Wait();
            return Answer.Of(200);
        });
        var failure = await Assert.ThrowsAsync<BuildException>(
            () => downloader.DownloadAsync(TestSources.Source(_content, server.Url("a")), Part, _progress, CancellationToken.None));
        silence.Set();
        Assert.Contains("took too long", failure.Message);
    }

    [Fact]
    public async Task A_silent_server_is_asked_twice_and_for_other_files_without_much_patience()
    {
        var settings = TestSources.Impatient with { StallTimeout = TimeSpan.FromSeconds(2), ProbeTimeout = TimeSpan.FromMilliseconds(50), Retries = 4 };
        using var downloader = new Downloader(settings);
        // The kernel takes connections that nobody asks for.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(200);
        var spent = new List<TimeSpan>();
        for (var i = 0; i < 6; i++)
        {
            var clock = Stopwatch.StartNew();
            await Assert.ThrowsAsync<DownloadException>(() => downloader.ReadAsync(new Uri($"http://{silent.LocalEndpoint}/{i}"), CancellationToken.None));
            spent.Add(clock.Elapsed);
        }
        Assert.True(spent[0] >= 2 * settings.StallTimeout, $"the first was waited for {spent[0]}");
        // On a busy machine some may take longer for another reason.
        Assert.True(spent.Skip(1).Order().ElementAt(2) < settings.StallTimeout, $"the others were waited for {string.Join(", ", spent.Skip(1))}");
    }

    [Fact]
    public async Task Progress_is_told_now_and_then_and_when_the_file_is_whole()
    {
        var large = TestSources.Content(20 << 20);
        using var server = new HttpTestServer(_ => Answer.File(large));
        await _downloader.DownloadAsync(TestSources.Source(large, server.Url("a")), Part, _progress, CancellationToken.None);
        // A report a read would be more than 300.
        Assert.InRange(_progress.Reports.Count, 2, 100);
        Assert.Equal((large.Length, large.Length), (_progress.Reports[^1].Done, _progress.Reports[^1].Total));
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_came_for_the_next_run()
    {
        using var cancel = new CancellationTokenSource();
        using var server = new HttpTestServer(_ => Answer.File(_content) with { CutAfter = 100_000 });
        var progress = new CancelAfterFirstBytes(cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _downloader.DownloadAsync(TestSources.Source(_content, server.Url("a")), Part, progress, cancel.Token));
        Assert.True(Part.Resume(server.Url("a"))!.Offset > 0);
        Assert.Null(Part.Resume(server.Url("b")));
    }

    private Task DownloadAsync(params Uri[] urls) =>
        _downloader.DownloadAsync(TestSources.Source(_content, urls), Part, _progress, CancellationToken.None);

    private Answer Rest(int offset) => new(206, _content[offset..])
    {
        Headers = { ["Content-Range"] = $"bytes {offset}-{_content.Length - 1}/{_content.Length}", ["ETag"] = "\"1\"" },
    };

    private sealed class CancelAfterFirstBytes(CancellationTokenSource cancel) : IProgress<Advance>
    {
        public void Report(Advance value)
        {
            if (value.Done > 0)
                cancel.Cancel();
        }
    }
}
