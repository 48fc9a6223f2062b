
using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Tests;

/// <summary>Commands that tests run in the environment in which they were started themselves.</summary>
internal static class TestCommand
{
    public static CommandSpec Of(string program, params string[] arguments) => new(program, [.. arguments])
    {
        Environment = ProcessRunner.EnvironmentWith(Environment.GetEnvironmentVariables().Keys.Cast<string>()),
    };
}
