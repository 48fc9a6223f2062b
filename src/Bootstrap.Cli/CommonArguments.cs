using System.CommandLine;

namespace Bootstrap.Cli;

/// <summary>Arguments and options that more than one command takes.</summary>
internal static class CommonArguments
{
    public static Argument<string> Target() => Described(new Argument<string>("target"), "A target; 'bootstrap targets' lists them");

    public static Argument<string[]> Targets(bool orNone = false) => Described(
        new Argument<string[]>("target") { Arity = orNone ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore }, "One or more targets; 'bootstrap targets' lists them");

    public static Argument<string> Step() => new("step") { Description = "A step; 'bootstrap plan TARGET' lists them", HelpName = "step" };

    public static Option<bool> Json(string what) => new("--json") { Description = what };

    private static T Described<T>(T argument, string description)
        where T : Argument
    {
        argument.Description = description;
        argument.HelpName = "target";
        argument.CompletionSources.Add(_ => TargetNames());
        return argument;
    }

    /// <summary>By file name alone: completion has to be quick and never fail.</summary>
    private static IEnumerable<string> TargetNames()
    {
        var targets = Path.Combine(Environment.GetEnvironmentVariable("BOOTSTRAP_HOME") ?? ".", "targets");
        return Directory.Exists(targets) ? Directory.EnumerateFiles(targets, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!) : [];
    }
}
