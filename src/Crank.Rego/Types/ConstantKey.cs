using System.Globalization;

namespace Crank.Rego.Types;

/// <summary>A constant key of an object or array as types know it: a string, a number by its text, a boolean, null, or another constant by its source.</summary>
public sealed record ConstantKey : IComparable<ConstantKey>
{
    private ConstantKey(int order, string text, RegoType type)
    {
        Order = order;
        Text = text;
        Type = type;
    }

    /// <summary>Rank of the kind: null, boolean, number, string, other.</summary>
    public int Order { get; }

    /// <summary>A string's characters; the source text of anything else.</summary>
    public string Text { get; }

    /// <summary>The type of the key itself.</summary>
    public RegoType Type { get; }

    /// <summary>Is it a string?</summary>
    public bool IsString => Order == 3;

    /// <summary>Is it a number?</summary>
    public bool IsNumber => Order == 2;

    /// <summary>Is it a string, number, boolean or null?</summary>
    public bool IsScalar => Order < 4;

    /// <summary>The key <c>null</c>.</summary>
    public static ConstantKey Null { get; } = new(0, "null", RegoType.Null);

    /// <summary>A boolean key.</summary>
    public static ConstantKey Boolean(bool value) => new(1, value ? "true" : "false", RegoType.Boolean);

    /// <summary>A number key.</summary>
    /// <param name="text">The number's text.</param>
    public static ConstantKey Number(string text) => new(2, text, RegoType.Number);

    /// <summary>A string key.</summary>
    public static ConstantKey String(string value) => new(3, value, RegoType.String);

    /// <summary>A constant collection.</summary>
    /// <param name="source">Its source text.</param>
    /// <param name="type">Its type.</param>
    public static ConstantKey Other(string source, RegoType type) => new(4, source, type);

    /// <summary>The index that a number key stands for, or -1.</summary>
    public int AsIndex() =>
        IsNumber && int.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    /// <inheritdoc/>
    public int CompareTo(ConstantKey? other)
    {
        if (other is null)
            return 1;
        if (Order != other.Order)
            return Order.CompareTo(other.Order);
        if (IsNumber
            && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var a)
            && double.TryParse(other.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var b)
            && a.CompareTo(b) is var order and not 0)
            return order;
        return string.CompareOrdinal(Text, other.Text);
    }

    /// <summary>The key as types are printed: bare when it is a string.</summary>
    public override string ToString() => Text;
}
