using System.Net;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class NetworkEnvironmentTests
{
    private static readonly Uri Http = new("http://far.example.org/file");
    private static readonly Uri Https = new("https://far.example.org/file");

    [Theory]
    [InlineData("http://proxy:3128", "http://proxy:3128/")]
    [InlineData("http://proxy:3128/", "http://proxy:3128/")]
    [InlineData("proxy:3128", "http://proxy:3128/")]
    [InlineData("proxy", "http://proxy/")]
    [InlineData(" HTTP://Proxy:3128 ", "http://proxy:3128/")]
    [InlineData("https://proxy", "https://proxy/")]
    [InlineData("http://[::1]:3128", "http://[::1]:3128/")]
    [InlineData("socks4://proxy:9", "socks4://proxy:9/")]
    [InlineData("socks4a://proxy:9", "socks4a://proxy:9/")]
    [InlineData("socks5://proxy", "socks5://proxy:1080/")]
    [InlineData("socks5h://proxy:9", "socks5://proxy:9/")]
    [InlineData("http://user:p@ss@proxy:3128", "http://proxy:3128/")]
    public void Each_usual_form_of_a_proxy_is_read(string value, string expected) =>
        Assert.Equal(expected, Of("all_proxy", value).GetProxy(Https)?.ToString());

    [Theory]
    [InlineData("ftp://proxy:3128")]
    [InlineData("socks://proxy:3128")]
    [InlineData("http://")]
    [InlineData("http://proxy:port")]
    [InlineData("http://proxy:99999")]
    [InlineData("http://proxy:0")]
    [InlineData("http://user:geheim@proxy:port")]
    [InlineData("user:geheim/x@pro xy:1")]
    public void Another_form_is_refused_with_the_variable_and_without_the_password(string value)
    {
        var failure = Assert.Throws<HostException>(() => Of("HTTPS_PROXY", value));
        Assert.StartsWith("HTTPS_PROXY is '", failure.Message);
        Assert.Contains("expected [SCHEME://][USER:PASSWORD@]HOST[:PORT]", failure.Message);
        Assert.DoesNotContain("geheim", failure.Message);
    }

    [Theory]
    [InlineData("http://user:p%40ss%3Aw@proxy", "user", "p@ss:w")]
    [InlineData("user:p@ss@proxy:1", "user", "p@ss")]
    [InlineData("http://us%3Aer@proxy", "us:er", "")]
    public void A_login_is_read_and_never_shown(string value, string user, string password)
    {
        var network = Of("http_proxy", value);
        var login = ((ICredentials)network).GetCredential(network.GetProxy(Http)!, "Basic");
        Assert.Equal((user, password), (login?.UserName, login?.Password));
        Assert.DoesNotContain("@", network.Describe(Http));
        Assert.StartsWith("http_proxy=http://proxy", network.Describe(Http));
    }

    [Fact]
    public void The_variable_of_the_scheme_counts_before_that_of_all_and_lower_case_before_upper_and_what_is_empty_not_at_all()
    {
        var network = Of(
            "http_proxy", "", "HTTP_PROXY", "http://upper", "https_proxy", "http://lower", "HTTPS_PROXY", "http://upper", "all_proxy", "http://all");
        Assert.Equal("HTTP_PROXY=http://upper", network.Describe(Http));
        Assert.Equal("https_proxy=http://lower", network.Describe(Https));
        Assert.Equal("ALL_PROXY=http://all", Of("ALL_PROXY", "http://all").Describe(Http));
        Assert.Null(Of("http_proxy", " ").Describe(Http));
    }

    [Fact]
    public void A_program_of_a_web_server_takes_no_proxy_from_whoever_asks_the_server()
    {
        var network = Of("HTTP_PROXY", "http://hostile", "GATEWAY_INTERFACE", "CGI/1.1");
        Assert.Null(network.GetProxy(Http));
        Assert.Empty(network.Variables([]));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("far.example.org", true)]
    [InlineData("FAR.Example.org.", true)]
    [InlineData("example.org", true)]
    [InlineData(".example.org", true)]
    [InlineData("*.example.org", true)]
    [InlineData("other, example.org", true)]
    [InlineData("other example.org", true)]
    [InlineData("example.org:443", true)]
    [InlineData("example.org:8443", false)]
    [InlineData("ample.org", false)]
    [InlineData("far.example.org.other", false)]
    [InlineData("", false)]
    [InlineData(" , ", false)]
    public void What_is_asked_directly_is_known_in_each_usual_form(string list, bool direct) =>
        Assert.Equal(direct, Of("https_proxy", "http://proxy", "NO_PROXY", list).IsBypassed(Https));

    [Theory]
    [InlineData("http://10.1.2.3/", "10.0.0.0/8", true)]
    [InlineData("http://10.1.2.3/", "10.9.9.9/8", true)]
    [InlineData("http://11.1.2.3/", "10.0.0.0/8", false)]
    [InlineData("http://10.1.2.3:81/", "10.1.2.3", true)]
    [InlineData("http://10.1.2.3:81/", "10.1.2.3:80", false)]
    [InlineData("http://[fd00::1]/", "fd00::/8", true)]
    [InlineData("http://[fd00::1]/", "[fd00::1]", true)]
    [InlineData("http://[fd00::1]:81/", "[fd00:0::1]:81", true)]
    [InlineData("http://[fd00::1]/", "10.0.0.0/0", false)]
    [InlineData("http://10.1.2.3/", "10.0.0.0/wide", false)]
    public void So_are_addresses_and_ranges_of_them(string url, string list, bool direct) =>
        Assert.Equal(direct, Of("http_proxy", "http://proxy", "no_proxy", list).IsBypassed(new Uri(url)));

    [Fact]
    public void Another_program_gets_names_and_forms_that_it_can_read()
    {
        var network = Of("HTTP_PROXY", "user:p@ss@proxy:3128", "ALL_PROXY", "socks5://proxy", "no_proxy", "*.example.org,10.0.0.0/8");
        Assert.Equal(
            [("http_proxy", "http://user:p%40ss@proxy:3128/"), ("https_proxy", "socks5h://proxy:1080/"), ("no_proxy", "example.org,10.0.0.0/8,10.1.2.3")],
            network.Variables(["http://10.1.2.3/debian", "https://elsewhere.example"]).Select(each => (each.Key, each.Value)));
        Assert.Empty(Of("http_proxy", "http://proxy", "no_proxy", "*").Variables(["http://one.example"]));
    }

    [Fact]
    public void Certificates_that_are_not_there_are_named()
    {
        Assert.Contains("SSL_CERT_FILE is '/no/such/file', and there is no such file", Assert.Throws<HostException>(() => Of("SSL_CERT_FILE", "/no/such/file")).Message);
        Assert.Contains("SSL_CERT_DIR is '/no/such'", Assert.Throws<HostException>(() => Of("SSL_CERT_DIR", "/no/such")).Message);
    }

    [Fact]
    public void Directories_of_certificates_become_one_file_for_programs_that_read_only_that()
    {
        // A colon divides directories.
        var place = Directory.CreateTempSubdirectory("bootstrap-test-");
        var (own, made) = (place.CreateSubdirectory("own").FullName, place.CreateSubdirectory("made").FullName);
        static string Certificate(string text) => $"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----";
        File.WriteAllText(Path.Combine(own, "12345678.0"), $"Subject: one\n{Certificate("one")}\n");
        File.WriteAllText(Path.Combine(own, "two.pem"), Certificate("two"));
        File.WriteAllText(Path.Combine(place.FullName, "bundle"), Certificate("three"));
        var network = Of("SSL_CERT_DIR", $"/no/such:{own}", "SSL_CERT_FILE", Path.Combine(place.FullName, "bundle"));
        Assert.Equal(string.Concat(new[] { "three", "one", "two" }.Select(text => Certificate(text) + "\n")), File.ReadAllText(network.CertificatesIn(made)!));
        Assert.Equal(Path.Combine(place.FullName, "bundle"), Of("SSL_CERT_FILE", Path.Combine(place.FullName, "bundle")).CertificatesIn(made));
        place.Delete(recursive: true);
    }

    [Theory]
    [InlineData("https://user:pa/ss@host/x", "https://***@host/x")]
    [InlineData("https://user:p@ss/w?rd#@host/x", "https://***@host/x")]
    [InlineData("'https://user:pass@host/x@1' and https://host:8443/x@1", "'https://***@1' and https://host:8443/x@1")]
    [InlineData("git+https://token@host/x@abc", "git+https://***@host/x@abc")]
    public void A_password_is_left_out_whatever_is_in_it(string text, string shown) => Assert.Equal(shown, NetworkEnvironment.WithoutLogins(text));

    [Theory]
    [InlineData("https://h/x?token=abc", "https://h/x?token=***")]
    [InlineData("'https://h/x?a=1&private_token=abc&b=2', then", "'https://h/x?a=1&private_token=***&b=2', then")]
    [InlineData("https://h/x?access_token=a%2Fb#part", "https://h/x?access_token=***#part")]
    [InlineData("https://h/x?X-Amz-Date=1&X-Amz-Credential=k/1&X-Amz-Signature=abc", "https://h/x?X-Amz-Date=1&X-Amz-Credential=***&X-Amz-Signature=***")]
    [InlineData("https://h/x?sv=2024&sig=a%3D", "https://h/x?sv=2024&sig=***")]
    [InlineData("https://h/x?design=a&tokens=2 (token=3)", "https://h/x?design=a&tokens=2 (token=3)")]
    [InlineData("https://h/x?key=a&api-key=b&api_sig=c&pwd=d&code=e", "https://h/x?key=***&api-key=***&api_sig=***&pwd=***&code=***")]
    [InlineData("https://h/x?authkey=a&jwt=b&session=c&access_key=d&sas=e", "https://h/x?authkey=***&jwt=***&session=***&access_key=***&sas=***")]
    [InlineData("https://h/x?bearer=a&passphrase=b&pat=c&token[]=d&token%5B%5D=e", "https://h/x?bearer=***&passphrase=***&pat=***&token[]=***&token%5B%5D=***")]
    [InlineData("https://h/x?token=abc;SECRET", "https://h/x?token=***")]
    [InlineData("https://h/x?token=abc'SECRET&a=1", "https://h/x?token=***&a=1")]
    [InlineData("https://h/x?token=abc%20SECRET%22SECRET%26SECRET", "https://h/x?token=***")]
    [InlineData("ftp://h/f%3Ftoken=abc", "ftp://h/f%3Ftoken=***")]
    [InlineData("to 'ftp://h/f%3Ftoken=abc', which is not followed: https", "to 'ftp://h/f%3Ftoken=***', which is not followed: https")]
    [InlineData("(https://h/x?token=abc'def). Then 'https://h/x?code=a'", "(https://h/x?token=***). Then 'https://h/x?code=***'")]
    public void What_lends_rights_in_a_query_is_left_out_of_what_is_told_and_kept(string text, string shown)
    {
        Assert.Equal(shown, NetworkEnvironment.WithoutLogins(text));
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && !text.Contains(' ', StringComparison.Ordinal))
            Assert.Equal(Uri.UnescapeDataString(shown), Uri.UnescapeDataString(NetworkEnvironment.WithoutLogin(url)));
    }

    [Fact]
    public void A_hint_shows_no_password_either() =>
        Assert.Equal("Ask https://***@host/", new HostException("x", "Ask https://user:word@host/").Hint);

    [Fact]
    public void A_URL_is_kept_without_its_login()
    {
        Assert.Equal("https://host:8443/x@1?y#z", NetworkEnvironment.WithoutLogin(new Uri("https://user:word@host:8443/x@1?y#z")));
        Assert.Equal("https://host/a+b", NetworkEnvironment.WithoutLogin(new Uri("https://host/a+b")));
    }

    [Fact]
    public void No_login_of_a_URL_is_left_in_what_a_user_is_told()
    {
        Assert.Equal("at http://***@one.example/a and https://two.example/b@c", NetworkEnvironment.WithoutLogins("at http://user:word@one.example/a and https://two.example/b@c"));
        Assert.DoesNotContain("word", new HostException("no answer from http://user:word@one.example").Message);
    }

    private static NetworkEnvironment Of(params string[] variables) => new(
        name => variables.Chunk(2).Where(pair => pair[0] == name).Select(pair => pair[1]).FirstOrDefault());
}
