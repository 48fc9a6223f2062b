using Bootstrap.HostTools;

namespace Bootstrap.Tests.HostTools;

public sealed class EndOfLifeTests
{
    private static readonly DateOnly End = new(2026, 4, 1);

    [Fact]
    public void From_its_last_day_on_a_release_is_said_to_have_ended_and_how_to_choose_another()
    {
        var line = HostToolsSysroot.EndedNotice("alpine:3.20", HostToolsProviders.HostTools, End, new DateTime(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(
            "alpine:3.20 reached its end of life on 2026-04-01: its distribution fixes nothing in it any more; host-tools/alpine.yaml names others, --host-tools alpine:RELEASE", line);
    }

    [Fact]
    public void Of_an_emulator_the_option_for_emulators_is_named() => Assert.EndsWith(
        "names others, --emulators debian:RELEASE",
        HostToolsSysroot.EndedNotice("debian:trixie qemu-m68k", HostToolsProviders.Emulators, End, DateTime.MaxValue), StringComparison.Ordinal);

    [Fact]
    public void Before_that_day_and_where_no_day_is_known_nothing_is_said()
    {
        Assert.Null(HostToolsSysroot.EndedNotice("alpine:3.20", HostToolsProviders.HostTools, End, new DateTime(2026, 3, 31, 23, 59, 59, DateTimeKind.Utc)));
        Assert.Null(HostToolsSysroot.EndedNotice("debian:sid", HostToolsProviders.HostTools, null, DateTime.MaxValue));
    }
}
