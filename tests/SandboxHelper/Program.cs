// Runs a shell command in a sandbox over the host's /usr, so that tests can kill, confine or give a terminal to a process of its own:
//   SandboxHelper ROOT WORK LOG|- COMMAND...
// ROOT holds the links into /usr. "starting" on standard error says that the sandbox is about to be made.
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

using var processes = new ProcessRunner();
var spec = new SandboxSpec
{
    Root = [args[0]],
    Mounts = [Mount.ReadOnly("/usr", ["/usr"])],
    Environment = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("PATH", "/usr/bin"),
    Arguments = [.. args[3..]],
};
Console.Error.WriteLine("starting");
try
{
    return await new Sandbox(processes).RunAsync(spec, args[1], args[2] == "-" ? null : args[2], CancellationToken.None);
}
catch (BootstrapException exception)
{
    Console.Error.WriteLine($"{exception.GetType().Name}: {exception.Message}\n{exception.Hint}");
    return 3;
}
