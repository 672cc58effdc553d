namespace Crank.Gateway.Opa.Sets;

/// <summary>The set that is asked now: made anew when the set in force or what was put changed, whole, and swapped by one reference.</summary>
internal sealed class AskedBook(Func<AskedBasis> inForce, PutBook put)
{
    private readonly Lock _making = new();
    private volatile AskedSet? _current;

    /// <summary>The set that is asked now.</summary>
    public AskedSet Current
    {
        get
        {
            var (basis, added) = (inForce(), put.Current);
            if (_current is { } known && known.IsOf(basis, added))
            {
                return known;
            }

            lock (_making)
            {
                (basis, added) = (inForce(), put.Current);
                if (_current is not { } other || !other.IsOf(basis, added))
                {
                    _current = AskedSet.Of(basis, added);
                }

                return _current;
            }
        }
    }

    /// <summary>What the gate decides by now.</summary>
    public AskedBasis Basis => inForce();
}
