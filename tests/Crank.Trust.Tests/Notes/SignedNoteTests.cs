using System.Text;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;

namespace Crank.Trust.Tests.Notes;

public sealed class SignedNoteTests
{
    private static readonly SigningKey Key = SigningKey.FromSeed("mesh.example/log", Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    private static readonly Checkpoint Example = new("mesh.example/log", 7, LogHasher.Leaf("x"u8));

    [Fact]
    public void A_checkpoint_travels_as_a_note_and_comes_back()
    {
        var text = Example.Sign(Key).Encode();
        Assert.StartsWith("mesh.example/log\n7\n" + Example.Root + "\n\n\u2014 mesh.example/log ", text, StringComparison.Ordinal);
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out _));
        Assert.True(note.IsSignedBy(Key.Public, Assert.Single(note.Signatures)));
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint, out _));
        Assert.Equal(Example, checkpoint);
        Assert.Equal(text, note.Encode());
    }

    [Fact]
    public void A_note_with_any_bit_flipped_is_refused_or_not_signed()
    {
        var bytes = Encoding.UTF8.GetBytes(Example.Sign(Key).Encode());
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(
                SignedNote.TryParse(bytes, out var note, out _) && note.Signatures.All(s => note.IsSignedBy(Key.Public, s)),
                $"bit {bit % 8} of byte {bit / 8}");
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void Another_key_of_the_same_name_has_not_signed()
    {
        using var other = SigningKey.Generate("mesh.example/log");
        var note = Example.Sign(other);
        Assert.False(note.IsSignedBy(Key.Public, note.Signatures[0]));
        Assert.False(note.IsSignedBy(Key.Public, note.Signatures[0] with { Hash = Key.Public.Hash }));
        using var sameBytes = SigningKey.FromSeed("another", Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        Assert.False(SignedNote.Sign(Example.ToString(), sameBytes) is var n && n.IsSignedBy(Key.Public, n.Signatures[0]));
    }

    [Theory]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n- a AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 a AAAAAAA=")]
    [InlineData("text\n\n\u2014 a AAAAAAA\n")]
    [InlineData("text\n\n\u2014 a AAAAAAB=\n")]
    [InlineData("text\n\n\u2014 a AAAAAA==\n")]
    [InlineData("text\n\n\u2014 a  AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 a AAAAAAA= \n")]
    [InlineData("te\txt\n\n\u2014 a AAAAAAA=\n")]
    [InlineData("text\r\n\n\u2014 a AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 a+b AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 a AAAAAAA=\n\u2014 a AAAAAAE=\n")]
    public void A_malformed_note_is_refused_with_a_reason(string text)
    {
        Assert.False(SignedNote.TryParse(text, out _, out var why));
        Assert.NotEmpty(why);
    }

    [Fact]
    public void Length_and_signatures_have_a_limit()
    {
        string Note(int lines, int padding) =>
            new string('x', padding) + "\n\n" + string.Concat(Enumerable.Range(0, lines).Select(i => $"\u2014 key{i} AAAAAAA=\n"));
        Assert.True(SignedNote.TryParse(Note(SignedNote.MaxSignatures, 1), out _, out _));
        Assert.False(SignedNote.TryParse(Note(SignedNote.MaxSignatures + 1, 1), out _, out _));
        Assert.False(SignedNote.TryParse(Note(1, SignedNote.MaxBytes), out _, out _));
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(Note(1, SignedNote.MaxBytes)), out _, out _));
        Assert.False(SignedNote.TryParse([0xff, .. Encoding.UTF8.GetBytes(Note(1, 1))], out _, out _));
    }

    [Theory]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", true)]
    [InlineData("a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", false)]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS\n", false)]
    [InlineData("a b\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n", false)]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false)]
    [InlineData("a\n1\n", false)]
    public void A_checkpoint_is_exactly_three_lines(string text, bool accepted)
    {
        Assert.Equal(accepted, Checkpoint.TryParse(text, out _, out var why));
        Assert.Equal(accepted, why is null);
    }

    [Fact]
    public void A_key_signs_for_its_own_log_alone() =>
        Assert.Throws<ArgumentException>(() => (Example with { Origin = "another.example" }).Sign(Key));

    [Fact]
    public void A_text_that_no_note_can_hold_is_not_signed()
    {
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("no line feed", Key));
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("a\tb\n", Key));
    }
}
