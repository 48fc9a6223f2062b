using Bootstrap.Booting;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Sees to it that a run won't miss an emulator halfway.</summary>
internal static class EmulatorCheck
{
    /// <exception cref="HostException">A step would run that needs one which is not there.</exception>
    public static void Require(Plan plan, ArtifactStore store)
    {
        foreach (var (id, _) in KeyWalk.Of(plan, store).Where(forecast => forecast.Value is not WouldBeCached))
        {
            if (plan[id].EmulatorProgram is { } program)
                HostProbe.RequireEmulator(program);

            if (plan[id].Booted is { } machine)
                QemuProgram.Require(machine);
        }
    }
}
