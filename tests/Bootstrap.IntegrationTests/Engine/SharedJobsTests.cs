using System.Globalization;

namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class SharedJobsTests(SmallWorld world)
{
    /// <summary>Each job notes when it begins and ends; the steps' makes would run six at once if each counted for itself.</summary>
    private const string ManyJobs = """
        printf 'all: 1 2 3 4 5 6\n%%:\n\t@date +%%s%%N\\ + ; sleep 0.3; date +%%s%%N\\ -\n' > Makefile
        make --no-print-directory > /out/times 2> /out/errors
        """;

    [Fact]
    public async Task All_steps_together_run_as_many_jobs_as_were_asked_for()
    {
        var checkout = world.Checkout();
        checkout.Recipe("left", "echo left > side\n" + ManyJobs);
        checkout.Recipe("right", "echo right > side\n" + ManyJobs);
        checkout.Recipe("all", "cat /left/times /right/times > /out/times\ncat /left/errors /right/errors > /out/errors",
            "needs: [{step: left, at: /left}, {step: right, at: /right}]");
        var (exitCode, output, error) = await checkout.RunAsync("build", "toy", "--jobs", "3");
        Assert.True(exitCode == 0, output + error);

        var tree = output.TrimEnd().Split('\n')[^1].Trim();
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(tree, "errors")));
        var running = 0;
        var most = 0;
        foreach (var change in File.ReadLines(Path.Combine(tree, "times")).Select(line => line.Split(' '))
            .OrderBy(words => long.Parse(words[0], CultureInfo.InvariantCulture)))
        {
            running += change[1] == "+" ? 1 : -1;
            most = Math.Max(most, running);
        }

        Assert.True(most == 3, $"{most}\n{await File.ReadAllTextAsync(Path.Combine(tree, "times"))}");
    }
}
