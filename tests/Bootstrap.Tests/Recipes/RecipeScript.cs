using Bootstrap.Platform;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

/// <summary>Runs the scripts that recipes bring along, outside a sandbox, on small trees.</summary>
internal static class RecipeScript
{
    /// <summary>The result of a script below src/recipes, run in a directory by the interpreter that its name asks for.</summary>
    public static async Task<ProcessResult> RunAsync(TemporaryDirectory directory, string script, params string[] arguments)
    {
        using var processes = new ProcessRunner();
        var interpreter = script.EndsWith(".py", StringComparison.Ordinal) ? "python3" : "sh";
        string[] words = [Path.Combine(Checkout.Root, "src/recipes", script), .. arguments];
        return await processes.RunAsync(TestCommand.Of(interpreter, words) with { WorkingDirectory = directory.Path }, CancellationToken.None);
    }
}
