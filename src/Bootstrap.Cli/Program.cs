using System.Runtime.InteropServices;
using Bootstrap.Cli;

using var interruption = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

var parsed = CommandTree.Create().Parse(args);

// At once, whatever the code: threads of the library that compresses would be waited for.
Environment.Exit(await RunAsync());

async Task<int> RunAsync()
{
    try
    {
        UsageMistakes.ThrowIfAny(parsed);
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("bootstrap: interrupted; the store is whole, and the next run goes on from there.");
        return ExitCodes.Interrupted;
    }
    catch (BootstrapException exception)
    {
        return Fail(exception);
    }
    catch (Exception exception) when (DiskFailure.Is(exception))
    {
        return Fail(DiskFailure.Of(exception));
    }
}

int Fail(BootstrapException exception)
{
    Console.Error.WriteLine($"bootstrap: {exception.Message}");
    if (exception.Hint is { } hint)
        Console.Error.WriteLine($"  {new PastedCommands(parsed).Complete(hint)}");
    return ExitCodes.Of(exception);
}

void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    interruption.Cancel();
}
