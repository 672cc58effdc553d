using System.Text.Json;
using CsCheck;

namespace Crank.Core.Tests.Text;

public sealed class BareValueTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String, Gen.String[Gen.OneOf(Gen.Char['0', '9'], Gen.OneOf('.', '-', '+', ' ', 'E', 'e', 'm', 's', 'd', 'h', 'u', 'K', 'i', 'B', 'R', ',', '=', '@', '/', ':')), 0, 40]);

    private static Gen<string> Token(int max, string marks)
    {
        var first = Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['0', '9']);
        var rest = Gen.OneOf(first, Gen.Int[0, marks.Length - 1].Select(i => marks[i]));
        return Gen.Select(first, Gen.String[rest, 0, max - 1]).Select((head, tail) => head + tail);
    }

    private static readonly Gen<SortableId> Ids = Gen.Select(Gen.ULong, Gen.ULong).Select((high, low) => new SortableId(new UInt128(high, low)));
    private static readonly Gen<double> Measures = Gen.OneOf(Gen.Double[0, 1e6], Gen.Double.Where(double.IsFinite).Select(Math.Abs), Gen.OneOf(0.0, -0.0, double.Epsilon, double.MaxValue));
    private static readonly Gen<SemanticVersion> Versions = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, 100], Gen.Int[0, int.MaxValue]).Select((a, b, c) => new SemanticVersion(a, b, c));

    /// <summary>Every value of the words that has a text form, with a generator of its values.</summary>
    private static readonly Dictionary<Type, Action> Checks = new()
    {
        [typeof(AccountId)] = () => RoundTrips(Token(95, ".-_/").Select(s => AccountId.Parse(s))),
        [typeof(CapabilityName)] = () => RoundTrips(Token(63, ".-_").Select(s => CapabilityName.Parse(s))),
        [typeof(DataClass)] = () => RoundTrips(Token(31, "-_").Select(s => DataClass.Parse(s))),
        [typeof(ErrorCode)] = () => RoundTrips(Token(63, "-_").Select(s => ErrorCode.Parse(s))),
        [typeof(NodeId)] = () => RoundTrips(Token(63, ".-_").Select(s => NodeId.Parse(s))),
        [typeof(PrincipalId)] = () => RoundTrips(Token(127, ".-_/:").Select(s => PrincipalId.Parse(s))),
        [typeof(TenantId)] = () => RoundTrips(Token(63, ".-_").Select(s => TenantId.Parse(s))),
        [typeof(Unit)] = () => RoundTrips(Token(31, "-_").Select(s => Unit.Parse(s))),
        [typeof(WorkerId)] = () => RoundTrips(Token(63, ".-_").Select(s => WorkerId.Parse(s))),
        [typeof(Zone)] = () => RoundTrips(Token(31, "-_").Select(s => Zone.Parse(s))),
        [typeof(SortableId)] = () => RoundTrips(Ids),
        [typeof(JobId)] = () => RoundTrips(Ids.Select(i => new JobId(i))),
        [typeof(OfferId)] = () => RoundTrips(Ids.Select(i => new OfferId(i))),
        [typeof(DecisionId)] = () => RoundTrips(Ids.Select(i => new DecisionId(i))),
        [typeof(TransferId)] = () => RoundTrips(Ids.Select(i => new TransferId(i))),
        [typeof(SemanticVersion)] = () => RoundTrips(Versions),
        [typeof(CapabilityVersion)] = () => RoundTrips(Gen.Select(Token(63, ".-_"), Versions).Select((n, v) => new CapabilityVersion(CapabilityName.Parse(n), v))),
        [typeof(CapabilityWish)] = () => RoundTrips(Gen.Select(Token(63, ".-_"), Versions, Gen.Bool).Select((n, v, any) => new CapabilityWish(CapabilityName.Parse(n), any ? null : v))),
        [typeof(Currency)] = () => RoundTrips(Currencies),
        [typeof(Core.Money)] = () => RoundTrips(Gen.Select(Gen.OneOf(Gen.Long, Gen.Long[-10_000_000, 10_000_000]), Currencies).Select((m, c) => new Core.Money(m, c))),
        [typeof(Quantity)] = () => RoundTrips(Gen.Long[0, long.MaxValue].Select(m => new Quantity(m))),
        [typeof(Digest)] = () => RoundTrips(Gen.Byte.Array[0, 40].Select(b => Digest.Of(b))),
        [typeof(Duration)] = () => RoundTrips(Gen.OneOf(Gen.Long[0, long.MaxValue], Gen.Long[0, 1_000_000_000]).Select(t => new Duration(new(t)))),
        [typeof(ByteCount)] = () => RoundTrips(Gen.Long[0, long.MaxValue].Select(b => new ByteCount(b)), number: true),
        [typeof(Joules)] = () => RoundTrips(Measures.Select(v => new Joules(v)), number: true),
        [typeof(Watts)] = () => RoundTrips(Measures.Select(v => new Watts(v)), number: true),
        [typeof(GramsCo2e)] = () => RoundTrips(Measures.Select(v => new GramsCo2e(v)), number: true),
        [typeof(GramsCo2ePerKwh)] = () => RoundTrips(Measures.Select(v => new GramsCo2ePerKwh(v)), number: true),
        [typeof(Isolation)] = () => RoundTrips(Token(31, "-").Array[1, 6].Select(t => Isolation.Parse(string.Join('+', t)))),
        [typeof(Preference)] = () => RoundTrips(Gen.Select(Token(31, "-"), Gen.Int[1, 99], Gen.Bool).Select((n, w, one) => Preference.Parse(one ? n : $"{n}={w}.5,0x={w}"))),
    };

    private static Gen<Currency> Currencies => Gen.String[Gen.Char['A', 'Z'], 3, 3].Select(s => Currency.Parse(s));

    public static TheoryData<Type> Values => [.. typeof(Core.Money).Assembly.GetExportedTypes().Where(IsParsable)];

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_value_prints_and_parses_as_its_bare_value(Type type) => Checks[type]();

    [Fact]
    public void No_value_of_the_words_is_forgotten() => Assert.Equal(Checks.Keys.Select(t => t.Name).Order(), typeof(Core.Money).Assembly.GetExportedTypes().Where(IsParsable).Select(t => t.Name).Order());

    [Fact]
    public void The_empty_values_print_as_themselves()
    {
        Assert.Equal(default(Currency), Currency.Parse(default(Currency).ToString()));
        Assert.Equal(default(Core.Money), Core.Money.Parse(default(Core.Money).ToString()));
        Assert.Equal(default(Isolation), Isolation.Parse(default(Isolation).ToString()));
        Assert.Equal(default, Isolation.None);
        Assert.Equal("0", new Joules(-0.0).ToString());
    }

    private static bool IsParsable(Type type) =>
        !type.IsInterface && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>) && i.GetGenericArguments()[0] == type);

    private static void RoundTrips<T>(Gen<T> values, bool number = false)
        where T : IParsable<T>
    {
        values.Sample(value =>
        {
            var text = value.ToString()!;
            var json = JsonSerializer.SerializeToElement(value);
            Assert.Equal(value, T.Parse(text, null));
            Assert.Equal(text, T.Parse(text, null).ToString());
            Assert.Equal(number ? JsonValueKind.Number : JsonValueKind.String, json.ValueKind);
            Assert.Equal(value, json.Deserialize<T>());
            if (number)
            {
                Assert.Equal(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), json.GetDouble());
                Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<T>($"\"{text}\""));
                return;
            }

            Assert.Equal(text, json.GetString());
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<T>("1"));
        });
        Texts.Sample(text =>
        {
            if (T.TryParse(text, null, out var value))
            {
                Assert.Equal(value, T.Parse(value.ToString()!, null)); // whatever is read can be written and read again
            }
            else
            {
                Assert.Throws<FormatException>(() => T.Parse(text, null));
            }
        });
        Assert.Throws<FormatException>(() => T.Parse(null!, null));
        Assert.Throws<FormatException>(() => T.Parse(new string('9', 1_000), null));
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<T>("\"?\""));
    }
}
