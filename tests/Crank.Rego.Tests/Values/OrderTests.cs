using Crank.Rego.Values;
using CsCheck;

namespace Crank.Rego.Tests.Values;

public sealed class OrderTests
{
    private static readonly Gen<Value> Any = Gen.Recursive<Value>((depth, self) => depth > 3
        ? Leaf
        : Gen.Frequency(
            (4, Leaf),
            (1, self.Array[0, 4].Select(items => Value.Of(ArrayValue.Of(items)))),
            (1, self.Array[0, 20].Select(items => Value.Of(SetValue.Of(items)))),
            (1, Gen.Select(self, self).Array[0, 20].Select(pairs =>
            {
                var members = new ObjectBuilder();
                foreach (var (key, value) in pairs)
                {
                    members.Set(key, value);
                }

                return Value.Of(members.ToObject());
            }))));

    private static Gen<Value> Leaf => Gen.OneOf(
        Gen.Const(Value.Null),
        Gen.Bool.Select(Value.Of),
        Gen.Long[-5, 5].Select(Value.Of),
        Gen.Decimal[-2, 2].Select(d => Value.Number(d.ToString())),
        Gen.String[Gen.Char['a', 'c'], 0, 2].Select(Value.Of));

    [Fact]
    public void The_order_is_total_and_agrees_with_equality_and_hash() =>
        Gen.Select(Any, Any, Any).Sample((a, b, c) =>
        {
            var ab = Math.Sign(a.CompareTo(b));
            return ab == -Math.Sign(b.CompareTo(a))
                && ab == 0 == a.Equals(b)
                && (ab != 0 || a.GetHashCode() == b.GetHashCode())
                && (ab > 0 || b.CompareTo(c) > 0 || a.CompareTo(c) <= 0);
        }, iter: 3_000);

    [Fact]
    public void What_was_put_into_an_object_is_found_again() =>
        Gen.Select(Any, Any).Array[0, 40].Sample(pairs =>
        {
            var members = new ObjectBuilder();
            foreach (var (key, value) in pairs)
            {
                members.Set(key, value);
            }

            var built = members.ToObject();
            return pairs.All(p => built.Get(p.Item1) == pairs.Last(q => q.Item1 == p.Item1).Item2)
                && built.Select(e => e.Key).Zip(built.Select(e => e.Key).Skip(1)).All(p => p.First.CompareTo(p.Second) < 0);
        }, iter: 1_000);

    [Theory]
    [InlineData("\uFFFF", "\U00010000")]
    [InlineData("a", "aa")]
    [InlineData("Z", "a")]
    public void Strings_are_ordered_by_code_point(string before, string after) => Assert.True(Order.CompareText(before, after) < 0);

    [Fact]
    public void Values_are_shown_as_rego_text()
    {
        var members = new ObjectBuilder();
        members.Set("a", SetValue.Of(2, 1));
        members.Set(1, ArrayValue.Of(Value.True, Value.Null, "x"));
        members.Set("e", SetValue.Empty);

        Assert.Equal("""{1: [true, null, "x"], "a": {1, 2}, "e": set()}""", Value.Of(members.ToObject()).ToString());
    }
}
