using System.Security.Cryptography;
using Crank.Core;
using Crank.Trust.ApiKeys;
using CsCheck;

namespace Crank.Trust.Tests.ApiKeys;

public sealed class ApiKeyTests
{
    private static readonly byte[] Pepper = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_key_reads_back_as_it_was_shown() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Byte.Array[32]).Sample((high, low, secret) =>
        {
            var key = ApiKey.Create(new SortableId(new UInt128(high >> 16, low)), secret);
            return ApiKey.TryParse(key.Reveal(), out var again) && again.Id == key.Id && again.Matches(key.Hash(Pepper), Pepper);
        });

    [Fact]
    public void Any_one_changed_letter_is_found_without_a_store()
    {
        var text = ApiKey.Create(new SortableId(12345), Convert.FromHexString(new string('a', 64))).Reveal();
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (text[i] == 'x' ? 'y' : 'x') + text[(i + 1)..];
            Assert.False(ApiKey.TryParse(changed, out _), changed);
        }
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("crank_"), InlineData("crank_01jd0000000000000000000000_")]
    public void What_is_no_key_is_refused(string? text) => Assert.False(ApiKey.TryParse(text, out _));

    [Fact]
    public void A_key_with_another_secret_or_id_or_mesh_does_not_match()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var key = ApiKey.Create(new SortableId(1), secret);
        var stored = key.Hash(Pepper);
        Assert.True(key.Matches(stored, Pepper));
        Assert.False(ApiKey.Create(new SortableId(2), secret).Matches(stored, Pepper));
        Assert.False(ApiKey.Create(new SortableId(1), RandomNumberGenerator.GetBytes(32)).Matches(stored, Pepper));
        Assert.False(key.Matches(stored, RandomNumberGenerator.GetBytes(32)));
    }

    [Fact]
    public void Neither_print_nor_hash_shows_the_secret()
    {
        var key = ApiKey.Create(new SortableId(1), RandomNumberGenerator.GetBytes(32));
        var secret = key.Reveal()[33..76];
        Assert.Equal("API key 00000000000000000000000001", key.ToString());
        Assert.DoesNotContain(secret, Convert.ToBase64String(key.Hash(Pepper)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_form_is_the_documented_one() =>
        Assert.Matches("^crank_[0-9a-z]{26}_[0-9A-Za-z]{48}$", ApiKey.Create(new SortableId(UInt128.One << 127), new byte[32]).Reveal());

    [Fact]
    public void The_secret_of_the_mesh_is_made_once_for_its_owner_alone()
    {
        var folder = Path.Combine(Path.GetTempPath(), "crank-pepper-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        try
        {
            var first = Trust.ApiKeys.Pepper.OpenOrCreate(folder);
            Assert.Equal(first, Trust.ApiKeys.Pepper.OpenOrCreate(folder));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "api-keys.pepper")));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
