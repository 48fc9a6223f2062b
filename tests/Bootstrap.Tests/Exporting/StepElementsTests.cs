using System.Collections.Immutable;
using Bootstrap.Exporting;
using Bootstrap.Planning;

namespace Bootstrap.Tests.Exporting;

public sealed class StepElementsTests
{
    [Fact]
    public void A_step_is_a_script_with_its_own_commands_and_environment() => Assert.Equal(
        """
        # The step all
        kind: script
        build-depends:
        - filename: host-tools.bst
          config:
            location: /
        - filename: sandbox.bst
          config:
            location: /bootstrap
        - filename: m68k/tool.bst
          config:
            location: /bootstrap/inputs/m68k/tool
        environment:
          CFLAGS: -O2 %{percent}{x}
        config:
          commands:
          - |
            . /bootstrap/layers.sh
            lay /bootstrap/inputs/m68k/tool
          - |
            . /bootstrap/begin.sh
            curl -w '%{percent}{http_code}' && echo 100%
          - rm -rf /build

        """,
        ExportSamples.Project(ExportSamples.Step("tool"), ExportSamples.Step("all", "tool") with
        {
            Script = "curl -w '%{http_code}' && echo 100%\n",
            Environment = ProjectDocument.Environment.Add("CFLAGS", "-O2 %{x}"),
        }).Element("m68k/all"));

    [Fact]
    public void Steps_of_one_element_run_one_after_another_each_with_its_own_environment()
    {
        var project = ExportSamples.Project(
            ExportSamples.Step("first") with { Environment = ProjectDocument.Environment.Add("WHO", "it's %{me}") },
            ExportSamples.Step("second", "first").Continuing("first"),
            ExportSamples.Step("third").At("/in", "second").Continuing("first"));
        Assert.Equal(
            """
            config:
              commands:
              - |
                # m68k/first: The step first
                . /bootstrap/layers.sh
              - |
                export WHO='it'\''s %{percent}{me}'
                . /bootstrap/begin.sh
                make
              - |
                . /bootstrap/layers.sh
                take_all_away
                keep /bootstrap/results/m68k/first
                mkdir -p /bootstrap/trees/m68k
                mv /build /bootstrap/trees/m68k/first
              - |
                # m68k/second: The step second
                . /bootstrap/layers.sh
                go_on /bootstrap/trees/m68k/first copy
                lay /bootstrap/results/m68k/first
              - |
                . /bootstrap/begin.sh
                make
              - |
                . /bootstrap/layers.sh
                take_all_away
                keep /bootstrap/results/m68k/second
                rm -rf /build
              - |
                # m68k/third: The step third
                . /bootstrap/layers.sh
                go_on /bootstrap/trees/m68k/first
                hide /in
                lay /bootstrap/results/m68k/second /in
              - |
                . /bootstrap/begin.sh
                make
              - |
                . /bootstrap/layers.sh
                take_all_away
                keep /bootstrap/results/m68k/third
                rm -rf /build
              - |
                rmdir /out
                mv /bootstrap/results /out

            """,
            From("config:", project.Element("m68k/groups/first")));
        Assert.EndsWith("\n  - cp -a /bootstrap/group/m68k/third/. /out/\n", project.Element("m68k/third"), StringComparison.Ordinal);
        Assert.Contains("filename: m68k/groups/first.bst\n  config:\n    location: /bootstrap/group\n", project.Element("m68k/second"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_on_the_target_has_the_sysroot_as_its_root_and_says_what_the_machine_has_to_emulate()
    {
        var element = ExportSamples.Project(ExportSamples.Step("sysroot"), ExportSamples.Step("check", "sysroot").OnTarget()).Element("m68k/check");
        Assert.Contains("build-depends:\n- filename: m68k/sysroot.bst\n  config:\n    location: /\n", element, StringComparison.Ordinal);
        Assert.DoesNotContain("host-tools", element, StringComparison.Ordinal);
        Assert.Contains("# Its programs are of another CPU: where it runs, binfmt_misc has to run them by qemu-m68k-static", element, StringComparison.Ordinal);
        Assert.Contains("  QEMU_CPU: m68040\n", element, StringComparison.Ordinal);
        Assert.Equal(
            """
            public:
              bootstrap:
                binfmt-misc:
                  elf-bits: "32"
                  elf-endian: big
                  elf-machine: "4"
                  interpreter: qemu-m68k-static

            """,
            From("public:", element));
    }

    [Fact]
    public void A_toolchain_is_exported_whole_with_an_element_for_each_step()
    {
        var project = ExportSamples.Project([.. ExportSamples.Toolchain.Steps]);
        var paths = project.ElementList.Select(element => element.Path).Except(["host-tools", "sandbox"]).ToImmutableArray();
        Assert.Equal(ExportSamples.Toolchain.Steps.Select(step => $"m68k/{step.Id.Name}").Append("m68k/groups/gcc").Order(StringComparer.Ordinal), paths.Order(StringComparer.Ordinal));
        Assert.Equal("m68k/other.bst m68k/program.bst", string.Join(' ', project.Goals));
    }

    private static string From(string line, string text) => text[text.IndexOf($"\n{line}\n", StringComparison.Ordinal)..].TrimStart('\n');
}
