/// <summary>What .NET runs first in a program that DOTNET_STARTUP_HOOKS names this assembly to; its name and place are .NET's.</summary>
internal static class StartupHook
{
    public static void Initialize() => new Thread(() =>
    {
        Thread.Sleep(TimeSpan.FromSeconds(2));
        throw new InvalidTimeZoneException("nobody thought of it.");
    }).Start();
}
