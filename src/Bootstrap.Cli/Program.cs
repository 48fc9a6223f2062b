using System.Runtime.InteropServices;
using Bootstrap.Cli;

// What is interrupted in the middle of something is as whole as what is killed there: nobody has to wait long for its tidying up.
var patience = TimeSpan.FromMilliseconds(800);
var ending = 0;
using var interruption = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
AppDomain.CurrentDomain.UnhandledException += (_, happened) => Environment.Exit(Fault((Exception)happened.ExceptionObject));
FileLock.Interruption = interruption.Token;
FileLock.OnLongWait = file => LiveScreen.Say($"bootstrap: waiting for another process, which holds '{file}' ('fuser -v {CommandSpec.Quote(file)}' names it).");

var parsed = CommandTree.Create().Parse(args);

// At once, whatever the code: threads of the library that compresses would be waited for.
Environment.Exit(await RunAsync());

async Task<int> RunAsync()
{
    try
    {
        UsageMistakes.ThrowIfAny(parsed, args);
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
    }
    catch (Exception exception)
    {
        return exception switch
        {
            OperationCanceledException when interruption.IsCancellationRequested => Interrupted(),
            BootstrapException told => Fail(told),
            BuildFailedException failed => failed.ExitCode,
            IOException { Source: "System.Console" } => Fail(new BuildException(
                $"Standard output can't be written: {exception.Message}.",
                "What was finished is kept: send the output where there is room, and run the same command again.")),
            _ when DiskFailure.Is(exception) => Fail(DiskFailure.Of(exception)),
            OutOfMemoryException => Fail(new HostException(
                $"This process got no more memory, or no more threads: {exception.Message}", "'ulimit -a' and the container say what it may have.")),
            _ => Fault(exception),
        };
    }
}

int Fail(BootstrapException exception)
{
    LiveScreen.Write($"bootstrap: {new PastedCommands(parsed).Told(exception.Message, exception.Hint)}");
    return ExitCodes.Of(exception);
}

int Fault(Exception exception)
{
    var report = $"bootstrap {typeof(Program).Assembly.GetName().Version} on {RuntimeInformation.OSDescription}: {string.Join(' ', args)}\n{exception}\n";
    var file = Path.Combine(Path.GetTempPath(), $"bootstrap-fault-{Environment.ProcessId}.txt");
    try
    {
        File.WriteAllText(file, NetworkEnvironment.WithoutLogins(report));
    }
    catch (Exception unwritten) when (DiskFailure.Is(unwritten))
    {
        file = $"this:\n{report}";
    }
    LiveScreen.Write($"bootstrap: a fault of the program itself, {exception.GetType().Name}: {exception.Message.Split('\n')[0]} Report it where you have Bootstrap from, with {file}");
    return ExitCodes.Fault;
}

int Interrupted()
{
    if (Interlocked.Exchange(ref ending, 1) == 0)
        LiveScreen.Write("bootstrap: interrupted; what was finished is kept, and what was not can be done again.");
    return ExitCodes.Interrupted;
}

void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    if (interruption.IsCancellationRequested)
        Environment.Exit(Interrupted());
    new Thread(() =>
    {
        Thread.Sleep(patience);
        for (var moments = 0; moments < 12 && StagedDirectory.IsRemoving; moments++)
            Thread.Sleep(patience / 8);
        Environment.Exit(Interrupted());
    })
    { IsBackground = true }.Start();
    interruption.Cancel();
}
