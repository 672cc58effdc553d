using System.Text.Json;
using Crank.Trust.Keys;

namespace Crank.Conformance.Crypto;

/// <summary>Signatures made to be accepted by mistake. Only <c>ed25519_test.json</c> is run: the project has no other of these primitives yet.</summary>
public sealed class CryptoWycheproofSuite : Suite
{
    public override string Name => "crypto-wycheproof";

    public override Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "ed25519_test.json");
        if (!File.Exists(file))
        {
            return Task.CompletedTask;
        }

        foreach (var group in JsonElement.Parse(File.ReadAllText(file)).GetProperty("testGroups").EnumerateArray())
        {
            var bytes = Convert.FromHexString(group.GetProperty("publicKey").GetProperty("pk").GetString()!);
            var usable = VerificationKey.TryCreate("wycheproof", bytes, out var key);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var name = "ed25519/" + test.GetProperty("tcId").GetRawText();
                if (report.Declines(name))
                {
                    continue;
                }

                var expected = test.GetProperty("result").GetString();
                var accepted = usable && key!.Verify(
                    Convert.FromHexString(test.GetProperty("msg").GetString()!), Convert.FromHexString(test.GetProperty("sig").GetString()!));
                report.Check(
                    name,
                    expected == "acceptable" || accepted == (expected == "valid"),
                    $"accepted: {accepted}, expected {expected}: {test.GetProperty("comment").GetString()}");
            }
        }

        return Task.CompletedTask;
    }
}
