using System.Text;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Http;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.Tests.Sources;

/// <summary>What servers, and proxies and login pages on the way to them, answer instead of a file.</summary>
public sealed class DownloaderAnswersTests : IDisposable
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

    [Theory]
    [InlineData("text/html; charset=utf-8", "<!DOCTYPE html>\n<html><title>Sign in to\n <b>Guest</b> &amp; more</title>", "a web page ('Sign in to <b>Guest</b> & more') came from")]
    [InlineData("application/gzip", "\uFEFF\n<!-- x -->\n<HTML><head>", "a web page came from")]
    [InlineData("application/gzip", "<?xml version='1.0'?><html xmlns='x'><title>\u001b[31mred</title>", "a web page ('[31mred') came from")]
    [InlineData("text/html", "Access denied", "a web page came from")]
    public async Task A_web_page_in_the_place_of_the_file_is_said_to_be_one(string type, string text, string expected)
    {
        using var server = new HttpTestServer(request => request.Path == "/login"
            ? new Answer(200, Encoding.UTF8.GetBytes(text)) { Headers = { ["Content-Type"] = type } } : Answer.Redirect("/login?for=a"));
        using var portal = new HttpTestServer(_ => Answer.Redirect(server.Url("login").ToString()));
        var failure = await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(portal.Url("mpc.tar.gz")));
        Assert.Contains($"{portal.Url("mpc.tar.gz")}: {expected} {server.Url("login")} instead of the file", failure.Message);
        Assert.Contains($"expected SHA-256 {TestSources.DigestOf(_content)}", failure.Message);
        Assert.Single(server.Requests);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
        Assert.Contains("a web page", (await Assert.ThrowsAsync<DownloadException>(() => _downloader.ReadAsync(portal.Url("a.sig"), CancellationToken.None))).Message);
    }

    [Fact]
    public async Task A_file_that_is_a_web_page_is_one_where_its_checksum_says_so()
    {
        var page = "<!doctype html>"u8.ToArray();
        using var server = new HttpTestServer(_ => Answer.File(page));
        await _downloader.DownloadAsync(TestSources.Source(page, server.Url("a")), Part, _progress, CancellationToken.None);
        Assert.Equal(page, File.ReadAllBytes(Part.Path));
    }

    [Fact]
    public async Task A_host_that_shows_a_login_instead_of_the_file_is_not_reached()
    {
        using var portal = new HttpTestServer(request => request.Path == "/login"
            ? new Answer(200, []) { Headers = { ["Content-Type"] = "text/html" } } : Answer.Redirect("/login"));
        Assert.Null(await _downloader.FirstReachableAsync([portal.Url("a")], CancellationToken.None));
        Assert.Contains("a web page came", await _downloader.ProblemAsync(portal.Url("a")));
    }

    [Fact]
    public async Task What_is_wrong_with_an_answer_is_named()
    {
        using var server = new HttpTestServer(request => request.Path switch
        {
            "/empty" => Answer.Of(200),
            "/packed" => Answer.File(_content[..10]) with { Headers = new() { ["Content-Encoding"] = "gzip" } },
            "/later" => Answer.Of(503) with { Headers = new() { ["Retry-After"] = "7200" } },
            "/circle" => Answer.Redirect("/circle"),
            _ => Answer.Of(407),
        });
        var failure = await Assert.ThrowsAsync<BuildException>(
            () => DownloadAsync(server.Url("empty"), server.Url("packed"), server.Url("later"), server.Url("circle"), server.Url("proxy")));
        Assert.Contains("the answer is an empty file, expected", failure.Message);
        Assert.Contains("(10 bytes, which the server says to have packed once more: Content-Encoding gzip)", failure.Message);
        Assert.Contains("503 Test and asks to be left alone for 120 minutes", failure.Message);
        Assert.Contains($"redirects 8 times, and then to '{server.Url("circle")}'", failure.Message);
        Assert.Contains("wants another login than it was given (407)", failure.Message);
        Assert.Equal([1, 1, 1, 9, 1], new[] { "/empty", "/packed", "/later", "/circle", "/proxy" }.Select(path => server.Requests.Count(request => request.Path == path)));
    }

    [Fact]
    public async Task A_server_that_asks_to_be_left_alone_is()
    {
        var busy = true;
        using var server = new HttpTestServer(_ =>
        {
            (var answer, busy) = (busy ? Answer.Of(429) with { Headers = new() { ["Retry-After"] = "1" } } : Answer.File(_content), false);
            return answer;
        });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await DownloadAsync(server.Url("a"));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 60);
    }

    [Fact]
    public async Task A_server_that_calls_the_whole_file_a_part_is_believed_by_the_checksum()
    {
        using var server = new HttpTestServer(_ => new Answer(206, _content));
        await DownloadAsync(server.Url("a"));
        Assert.Equal(_content, File.ReadAllBytes(Part.Path));
    }

    [Fact]
    public async Task A_server_that_sends_next_to_nothing_counts_as_silent()
    {
        using var downloader = new Downloader(TestSources.Impatient with { StallTimeout = TimeSpan.FromMilliseconds(300), Retries = 1 });
        using var server = new HttpTestServer(_ => Answer.File(_content) with { Pause = TimeSpan.FromMilliseconds(20) });
        var failure = await Assert.ThrowsAsync<BuildException>(
            () => downloader.DownloadAsync(TestSources.Source(_content, server.Url("a")), Part, _progress, CancellationToken.None));
        Assert.Contains("took too long", failure.Message);
    }

    [Fact]
    public async Task A_login_in_a_URL_is_used_for_its_host_and_never_said_or_written_down()
    {
        using var other = new HttpTestServer(_ => Answer.File(_content) with { CutAfter = 1000 });
        using var server = new HttpTestServer(request => request.Headers.GetValueOrDefault("Authorization") == "Basic dXNlcjpnOm0=" ? Answer.Redirect(other.Url("b").ToString()) : Answer.Of(401));
        var url = new UriBuilder(server.Url("a")) { UserName = "user", Password = "g%3Am" }.Uri;
        var failure = await Assert.ThrowsAsync<BuildException>(() => DownloadAsync(url));
        Assert.DoesNotContain("g%3Am", failure.Message);
        Assert.All(other.Requests, request => Assert.DoesNotContain("Authorization", request.Headers.Keys));
        Assert.All(_directory.EnumerateFiles(), file => Assert.DoesNotContain("g%3Am", File.ReadAllText(file.FullName)));
    }

    [Fact]
    public async Task A_proxy_is_gone_through_and_named_where_it_fails()
    {
        using var proxy = new HttpTestServer(request => request.Path == "http://far.example.org/a" ? Answer.File(_content) : Answer.Of(407));
        var place = proxy.Url("").Authority;
        using var downloader = Behind(place);
        await downloader.DownloadAsync(TestSources.Source(_content, new Uri("http://far.example.org/a")), Part, _progress, CancellationToken.None);
        Part.Discard();
        var refused = await Assert.ThrowsAsync<BuildException>(
            () => downloader.DownloadAsync(TestSources.Source(_content, new Uri("http://far.example.org/b")), Part, _progress, CancellationToken.None));
        Assert.Contains($"the proxy http_proxy=http://{place} wants another login", refused.Message);
        proxy.Dispose();
        using var later = Behind(place);
        var gone = await Assert.ThrowsAsync<BuildException>(
            () => later.DownloadAsync(TestSources.Source(_content, new Uri("http://far.example.org/a")), Part, _progress, CancellationToken.None));
        Assert.Contains($"Connection refused (through the proxy http_proxy=http://{place})", gone.Message);
        Assert.DoesNotContain("geheim", refused.Message + gone.Message);
    }

    private static Downloader Behind(string proxy) => new(TestSources.Impatient with
    {
        Network = new NetworkEnvironment(name => name == "http_proxy" ? $"http://user:geheim@{proxy}" : null),
    });

    private Task DownloadAsync(params Uri[] urls) =>
        _downloader.DownloadAsync(TestSources.Source(_content, urls), Part, _progress, CancellationToken.None);
}
