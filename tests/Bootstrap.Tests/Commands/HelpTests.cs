using System.CommandLine;
using Bootstrap.Cli;

namespace Bootstrap.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> CommandNames() => [.. All().Select(FullName)];

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_command_describes_itself_with_an_example(string name)
    {
        var command = All().First(command => FullName(command) == name);
        Assert.Contains("\nExample:\n  bootstrap ", command.Description!.Replace("source <(bootstrap", "bootstrap", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_option_and_argument_of_a_command_is_described(string name)
    {
        var command = All().First(command => FullName(command) == name);
        Assert.All(command.Options, option => Assert.False(string.IsNullOrEmpty(option.Description)));
        Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrEmpty(argument.Description)));
    }

    [Fact]
    public void The_documentation_names_every_command_and_every_option()
    {
        var text = string.Concat(DocumentationTests.Pages().Select(Checkout.Read));
        var root = CommandTree.Create();
        Assert.All(root.Subcommands, command => Assert.Contains($"`bootstrap {command.Name}", text, StringComparison.Ordinal));
        Assert.All(All(), command => Assert.Contains(command.Name, text, StringComparison.Ordinal));
        var options = All().SelectMany(command => command.Options).Concat(root.Options).Where(option => option.Name is not ("--help" or "--version"));
        Assert.All(options, option => Assert.Contains(option.Name, text, StringComparison.Ordinal));
    }

    private static string FullName(Command command) =>
        string.Join(' ', command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(FullName).Append(command.Name));

    private static IEnumerable<Command> All() => CommandTree.Create().Subcommands.SelectMany(Tree);

    private static IEnumerable<Command> Tree(Command command) => command.Subcommands.SelectMany(Tree).Prepend(command);
}
