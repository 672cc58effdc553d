using AngleSharp.Dom;

namespace Crank.Doc.Reading.Html;

/// <summary>Tells text that a person does not see, by the element's own attributes; style sheets are not read.</summary>
internal static class Visibility
{
    public static bool IsHidden(IElement element)
    {
        if (element.HasAttribute("hidden"))
        {
            return true;
        }

        return element.GetAttribute("style") is { Length: > 0 } style && IsHidden(style);
    }

    private static bool IsHidden(string style)
    {
        foreach (var declaration in style.Split(';'))
        {
            var colon = declaration.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }

            var name = declaration[..colon].Trim().ToLowerInvariant();
            var value = declaration[(colon + 1)..].Replace("!important", "", StringComparison.OrdinalIgnoreCase).Trim().ToLowerInvariant();
            if (name switch
            {
                "display" => value == "none",
                "visibility" => value is "hidden" or "collapse",
                "opacity" => IsZero(value),
                "font-size" => IsZero(value) || value is "1px" or "1pt",
                "left" or "top" or "text-indent" or "margin-left" => IsFarAway(value),
                "color" => value is "transparent" or "rgba(0,0,0,0)" or "rgba(0, 0, 0, 0)",
                "mso-hide" => value == "all",
                _ => false,
            })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsZero(string value)
    {
        var digits = value.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz% ");
        return !digits.IsEmpty && !digits.ContainsAnyExcept("0.") && digits.Contains('0');
    }

    private static bool IsFarAway(string value) => value.Length > 4 && value[0] == '-' && !value.AsSpan(1, 4).ContainsAnyExceptInRange('0', '9');
}
