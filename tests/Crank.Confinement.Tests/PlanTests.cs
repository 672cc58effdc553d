using CsCheck;

namespace Crank.Confinement.Tests;

public sealed class PlanTests
{
    private const string Good = "stage=0;parent=7;memory=536870912;cpu=120;file=67108864;files=128;address=4294967296;layers=63;temp=%2Ftmp%2Ft;canary=%2Ftmp%2Fc;read=";

    private static readonly Gen<string> Paths = Gen.String[Gen.OneOf(Gen.Char.AlphaNumeric, Gen.Int[0, 7].Select(i => ";=,% é/\n"[i])), 0, 20].Select(s => "/" + s);

    [Fact]
    public void The_defaults_print_as_documented() =>
        Assert.Equal(Good, new ConfinementPlan { ParentId = 7, TempFolder = "/tmp/t", Canary = "/tmp/c" }.ToString());

    [Fact]
    public void Of_512_MiB_private_memory_gets_480_and_managed_memory_four_tenths()
    {
        var plan = ConfinementPlan.Parse(Good);
        Assert.Equal((480L << 20, 214_748_364L), (plan.DataBytes, plan.GcBytes));
    }

    [Fact]
    public void Every_plan_is_read_back_as_it_was() =>
        Gen.Select(Gen.Int[1, int.MaxValue], Gen.Long[ConfinementPlan.MinMemoryBytes, 1L << 40], Gen.Long[1, 1000], Paths, Paths, Paths.Array[0, 4])
            .Sample((parent, memory, cpu, temp, canary, read) =>
            {
                var plan = new ConfinementPlan { Stage = parent % 2, ParentId = parent, MemoryBytes = memory, CpuSeconds = cpu, TempFolder = temp, Canary = canary, ReadFolders = read, Layers = (ConfinementLayers)(parent % 64) };
                var back = ConfinementPlan.Parse(plan.ToString());
                return back with { ReadFolders = read } == plan && back.ReadFolders.SequenceEqual(read);
            });

    [Theory]
    [InlineData("stage=0", "stage=2", "'stage'")]
    [InlineData("parent=7", "parent=0", "'parent'")]
    [InlineData("memory=536870912", "memory=1048576", "'memory'")]
    [InlineData("file=67108864", "file=1048576", "'file'")]
    [InlineData("layers=63", "layers=64", "'layers'")]
    [InlineData("cpu=120", "cpu=-1", "'cpu'")]
    [InlineData("temp=%2Ftmp%2Ft", "temp=tmp", "'temp'")]
    [InlineData("canary=%2Ftmp%2Fc", "canary=%2F%00", "'canary'")]
    [InlineData("read=", "read=a", "'read'")]
    [InlineData(";read=", "", "'read'")]
    [InlineData("read=", "read=;more=1", "'more'")]
    [InlineData("read=", "stage=0", "'stage=0'")]
    public void A_plan_that_is_wrong_is_refused_by_the_name_of_its_field(string part, string instead, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => ConfinementPlan.Parse(Good.Replace(part, instead, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_plan_longer_than_the_maximum_is_refused() =>
        Assert.Contains("16384", Assert.Throws<FormatException>(() => ConfinementPlan.Parse(Good + new string('a', ConfinementPlan.MaxTextLength))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_program_in_one_file_does_not_open_the_folder_it_lies_in()
    {
        var home = Directory.CreateTempSubdirectory("crank-one-file-").FullName;
        foreach (var name in new[] { "crank", "libx.so", "Crank.Doc.xml", "id_ed25519", "taxes.xml" }) File.WriteAllText(Path.Combine(home, name), "");
        var program = Path.Combine(home, "crank");
        Assert.Equal(
            new[] { program, "/unpacked", Path.Combine(home, "libx.so"), Path.Combine(home, "Crank.Doc.xml") },
            Stage0.OwnFolders(program, home + "/", [home, home + "/", "/unpacked"], isInOneFile: true));
        Assert.Equal([home, program, "/runtime"], Stage0.OwnFolders(program, home, ["/runtime"], isInOneFile: false));
        Directory.Delete(home, recursive: true);
    }
}
