using System.Runtime.Versioning;
using Crank.Trust.Keys;

namespace Crank.Trust.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public sealed class KeyRingTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string _root = Directory.CreateTempSubdirectory("crank-keys-").FullName;

    private string Folder => Path.Combine(_root, "keys");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_first_start_makes_a_key_that_later_starts_find()
    {
        using var made = KeyRing.OpenOrCreate(Folder, "mesh.example/log", Start);
        using var found = KeyRing.OpenOrCreate(Folder, "mesh.example/log", Start.AddDays(1));
        Assert.Equal(made.Current.Public, found.Current.Public);
        Assert.Equal(made.Keys, found.Keys);
        Assert.Equal(new TrustedKey(made.Current.Public, Start), Assert.Single(found.Keys));
        Assert.Throws<KeyStoreException>(() => KeyRing.OpenOrCreate(Folder, "another.example/log", Start));
        Assert.Throws<KeyStoreException>(() => KeyRing.Open(_root));
    }

    [Fact]
    public void Only_the_owner_may_enter()
    {
        using (var ring = KeyRing.OpenOrCreate(Folder, "mesh", Start))
        {
            ring.Rotate(Start.AddDays(1));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.All(Directory.GetFiles(Folder), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_could_read_or_change_is_refused(UnixFileMode wider)
    {
        KeyRing.OpenOrCreate(Folder, "mesh", Start).Dispose();
        foreach (var path in (string[])[.. Directory.GetFiles(Folder), Folder])
        {
            var right = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, right | wider);
            Assert.Contains("chmod", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);
            File.SetUnixFileMode(path, right);
        }

        KeyRing.Open(Folder).Dispose();
    }

    [Fact]
    public void A_folder_that_others_may_enter_gets_no_key()
    {
        Directory.CreateDirectory(Folder);
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        Assert.Throws<KeyStoreException>(() => KeyRing.OpenOrCreate(Folder, "mesh", Start));
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Rotation_keeps_the_old_public_key_with_its_end_and_drops_its_private_half()
    {
        using var ring = KeyRing.OpenOrCreate(Folder, "mesh", Start);
        var old = ring.Current.Public;
        File.WriteAllBytes(Path.Combine(Folder, "0badf00d.key"), new byte[32]);   // as a crash between two steps leaves one
        ring.Rotate(Start.AddDays(1));
        Assert.NotEqual(old, ring.Current.Public);
        TrustedKey[] expected = [new(old, Start, Start.AddDays(1)), new(ring.Current.Public, Start.AddDays(1))];
        Assert.Equal(expected, ring.Keys);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);

        using var again = KeyRing.Open(Folder);
        Assert.Equal(expected, again.Keys);
        var signature = new byte[SigningKey.SignatureSize];
        again.Current.Sign("m"u8, signature);
        Assert.True(ring.Current.Public.Verify("m"u8, signature));
    }

    [Fact]
    public void A_clock_set_back_does_not_rotate()
    {
        using var ring = KeyRing.OpenOrCreate(Folder, "mesh", Start);
        Assert.Contains("set back", Assert.Throws<KeyStoreException>(() => ring.Rotate(Start.AddYears(-1))).Message, StringComparison.Ordinal);
        Assert.Single(ring.Keys);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public void A_missing_foreign_or_damaged_file_is_named()
    {
        KeyRing.OpenOrCreate(Folder, "mesh", Start).Dispose();
        var key = Assert.Single(Directory.GetFiles(Folder, "*.key"));
        var seed = File.ReadAllBytes(key);

        File.WriteAllBytes(key, new byte[32]);
        Assert.Contains("another key", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(key, seed[..31]);
        Assert.Contains("damaged", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(key, new byte[33]);
        Assert.Contains("at most 32", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);
        File.Delete(key);
        Assert.Contains("missing", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);

        var ring = Path.Combine(Folder, "ring.json");
        File.WriteAllText(ring, "{\"format\":\"crank.keyring/2\",\"keys\":[]}");
        Assert.Contains("crank.keyring/2", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(ring, "{");
        Assert.Contains("damaged", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(ring, "{\"format\":\"crank.keyring/1\",\"keys\":[]}");
        Assert.Contains("damaged", Assert.Throws<KeyStoreException>(() => KeyRing.Open(Folder)).Message, StringComparison.Ordinal);
    }
}
