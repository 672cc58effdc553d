using System.Formats.Asn1;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Certificates;

/// <summary>What a certificate's extensions say (RFC 5280, section 4.2), with the members of Go's <c>x509.Certificate</c>.</summary>
internal sealed class CertificateExtensions
{
    private static readonly string[] KnownUsages =
    [
        "2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.5", "1.3.6.1.5.5.7.3.6",
        "1.3.6.1.5.5.7.3.7", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9", "1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.2.1.22", "1.3.6.1.4.1.311.61.1.1",
    ];

    private readonly ArrayBuilder _all = new();
    private readonly ArrayBuilder _unhandled = new(0);
    private readonly ArrayBuilder _usages = new(0);
    private readonly ArrayBuilder _unknownUsages = new(0);
    private readonly ArrayBuilder _dnsNames = new(0);
    private readonly ArrayBuilder _emails = new(0);
    private readonly ArrayBuilder _addresses = new(0);
    private readonly ArrayBuilder _uris = new(0);
    private readonly ArrayBuilder _uriTexts = new(0);
    private readonly ArrayBuilder _ocsp = new(0);
    private readonly ArrayBuilder _issuers = new(0);
    private readonly ArrayBuilder _revocation = new(0);
    private readonly ArrayBuilder _policies = new(0);
    private readonly ArrayBuilder _policyTexts = new(0);
    private readonly ArrayBuilder _permittedDns = new(0);
    private readonly ArrayBuilder _excludedDns = new(0);
    private long _keyUsage;
    private bool _hasConstraints;
    private bool _isAuthority;
    private bool _nameConstraintsCritical;
    private int _maxPath;
    private bool _maxPathZero;
    private Value _subjectKeyId = Value.Null;
    private Value _authorityKeyId = Value.Null;

    public void Read(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var id = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            _all.Add(DistinguishedName.Node(("Id", DistinguishedName.Oid(id)), ("Critical", critical), ("Value", Convert.ToBase64String(value))));
            if (!Read(id, critical, new AsnReader(value, AsnEncodingRules.DER)) && critical)
            {
                _unhandled.Add(DistinguishedName.Oid(id));
            }
        }
    }

    /// <summary>Everything, as a certificate has it.</summary>
    public void WriteTo(ObjectBuilder result)
    {
        result.Set("KeyUsage", _keyUsage);
        result.Set("ExtKeyUsage", OrNull(_usages));
        result.Set("UnknownExtKeyUsage", OrNull(_unknownUsages));
        result.Set("BasicConstraintsValid", _hasConstraints);
        result.Set("IsCA", _isAuthority);
        result.Set("MaxPathLen", _maxPath);
        result.Set("MaxPathLenZero", _maxPathZero);
        result.Set("SubjectKeyId", _subjectKeyId);
        result.Set("AuthorityKeyId", _authorityKeyId);
        result.Set("OCSPServer", OrNull(_ocsp));
        result.Set("IssuingCertificateURL", OrNull(_issuers));
        result.Set("PermittedDNSDomainsCritical", _nameConstraintsCritical);
        result.Set("PermittedDNSDomains", OrNull(_permittedDns));
        result.Set("ExcludedDNSDomains", OrNull(_excludedDns));
        foreach (var unread in (string[])["PermittedIPRanges", "ExcludedIPRanges", "PermittedEmailAddresses", "ExcludedEmailAddresses", "PermittedURIDomains", "ExcludedURIDomains", "PolicyMappings"])
        {
            result.Set(unread, Value.Null);
        }

        result.Set("CRLDistributionPoints", OrNull(_revocation));
        result.Set("PolicyIdentifiers", OrNull(_policies));
        result.Set("Policies", OrNull(_policyTexts));
        foreach (var policy in (string[])["InhibitAnyPolicy", "InhibitPolicyMapping", "RequireExplicitPolicy"])
        {
            result.Set(policy, 0);
            result.Set(policy + "Zero", false);
        }

        result.Set("UnhandledCriticalExtensions", OrNull(_unhandled));
        result.Set("URIStrings", OrNull(_uriTexts));
        WriteNamesTo(result);
    }

    /// <summary>Only the extensions themselves and the alternative names, as a signing request has them.</summary>
    public void WriteNamesTo(ObjectBuilder result)
    {
        result.Set("Extensions", OrNull(_all));
        result.Set("ExtraExtensions", Value.Null);
        result.Set("DNSNames", OrNull(_dnsNames));
        result.Set("EmailAddresses", OrNull(_emails));
        result.Set("IPAddresses", OrNull(_addresses));
        result.Set("URIs", OrNull(_uris));
    }

    private static Value OrNull(ArrayBuilder list) => list.Count == 0 ? Value.Null : list.ToArray();

    private bool Read(string id, bool critical, AsnReader value)
    {
        switch (id)
        {
            case "2.5.29.15":
                var bits = value.ReadBitString(out var unused);
                for (var i = 0; i < Math.Min(9, (bits.Length * 8) - unused); i++)
                {
                    _keyUsage |= (bits[i / 8] & (0x80 >> (i % 8))) != 0 ? 1L << i : 0;
                }

                return true;
            case "2.5.29.19":
                var constraints = value.ReadSequence();
                _hasConstraints = true;
                _isAuthority = constraints.HasData && constraints.PeekTag() == Asn1Tag.Boolean && constraints.ReadBoolean();
                _maxPath = -1;
                if (constraints.HasData && constraints.TryReadInt32(out var path))
                {
                    (_maxPath, _maxPathZero) = (path, path == 0);
                }

                return true;
            case "2.5.29.17":
                Names(value.ReadSequence());
                return true;
            case "2.5.29.14":
                _subjectKeyId = Convert.ToBase64String(value.ReadOctetString());
                return true;
            case "2.5.29.35":
                var authority = value.ReadSequence();
                var keyTag = new Asn1Tag(TagClass.ContextSpecific, 0);
                if (authority.HasData && authority.PeekTag().HasSameClassAndValue(keyTag))
                {
                    _authorityKeyId = Convert.ToBase64String(authority.ReadOctetString(keyTag));
                }

                return true;
            case "2.5.29.37":
                var usages = value.ReadSequence();
                while (usages.HasData)
                {
                    var usage = usages.ReadObjectIdentifier();
                    var number = Array.IndexOf(KnownUsages, usage);
                    (number < 0 ? _unknownUsages : _usages).Add(number < 0 ? DistinguishedName.Oid(usage) : number);
                }

                return true;
            case "2.5.29.31":
                RevocationLists(value.ReadSequence());
                return true;
            case "2.5.29.32":
                var policies = value.ReadSequence();
                while (policies.HasData)
                {
                    var policy = policies.ReadSequence().ReadObjectIdentifier();
                    _policies.Add(DistinguishedName.Oid(policy));
                    _policyTexts.Add(policy);
                }

                return true;
            case "2.5.29.30":
                NameConstraints(value.ReadSequence(), critical);
                return true;
            case "1.3.6.1.5.5.7.1.1":
                Access(value.ReadSequence());
                return true;
            default:
                return false;
        }
    }

    private void Names(AsnReader names)
    {
        while (names.HasData)
        {
            var tag = names.PeekTag();
            switch (tag.TagValue)
            {
                case 1:
                    _emails.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    break;
                case 2:
                    _dnsNames.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    break;
                case 6:
                    var text = names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                    _uriTexts.Add(text);
                    _uris.Add(Uri(text));
                    break;
                case 7:
                    var address = names.ReadOctetString(tag);
                    if (address.Length is 4 or 16)
                    {
                        _addresses.Add(new System.Net.IPAddress(address).ToString());
                    }

                    break;
                default:
                    names.ReadEncodedValue();
                    break;
            }
        }
    }

    // The members of Go's url.URL.
    private static ObjectValue Uri(string text)
    {
        Go.GoUrl url;
        try
        {
            url = Go.GoUrl.Parse(text);
        }
        catch (FormatException broken)
        {
            throw new BuiltinException($"x509: cannot parse URI {Go.GoQuote.Quote(text)}: {broken.Message}");
        }

        return DistinguishedName.Node(
            ("Scheme", url.Scheme), ("Opaque", url.Opaque), ("User", Value.Null), ("Host", url.Host), ("Path", url.Path), ("RawPath", url.RawPath), ("OmitHost", false),
            ("ForceQuery", false), ("RawQuery", url.RawQuery), ("Fragment", url.Fragment), ("RawFragment", ""));
    }

    private void RevocationLists(AsnReader points)
    {
        var (pointTag, nameTag) = (new Asn1Tag(TagClass.ContextSpecific, 0), new Asn1Tag(TagClass.ContextSpecific, 6));
        while (points.HasData)
        {
            var point = points.ReadSequence();
            if (!point.HasData || !point.PeekTag().HasSameClassAndValue(pointTag))
            {
                continue;
            }

            var name = point.ReadSequence(pointTag);
            if (name.PeekTag().HasSameClassAndValue(pointTag))
            {
                var full = name.ReadSequence(pointTag);
                while (full.HasData)
                {
                    if (full.PeekTag().HasSameClassAndValue(nameTag))
                    {
                        _revocation.Add(full.ReadCharacterString(UniversalTagNumber.IA5String, nameTag));
                    }
                    else
                    {
                        full.ReadEncodedValue();
                    }
                }
            }
        }
    }

    private void NameConstraints(AsnReader constraints, bool critical)
    {
        _nameConstraintsCritical = critical;
        while (constraints.HasData)
        {
            var tag = constraints.PeekTag();
            var trees = constraints.ReadSequence(tag);
            while (trees.HasData)
            {
                var tree = trees.ReadSequence();
                var nameTag = tree.PeekTag();
                if (nameTag.TagClass == TagClass.ContextSpecific && nameTag.TagValue == 2)
                {
                    (tag.TagValue == 0 ? _permittedDns : _excludedDns).Add(tree.ReadCharacterString(UniversalTagNumber.IA5String, nameTag));
                }
            }
        }
    }

    private void Access(AsnReader descriptions)
    {
        while (descriptions.HasData)
        {
            var description = descriptions.ReadSequence();
            var method = description.ReadObjectIdentifier();
            var tag = description.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue != 6)
            {
                continue;
            }

            var address = description.ReadCharacterString(UniversalTagNumber.IA5String, tag);
            switch (method)
            {
                case "1.3.6.1.5.5.7.48.1":
                    _ocsp.Add(address);
                    break;
                case "1.3.6.1.5.5.7.48.2":
                    _issuers.Add(address);
                    break;
            }
        }
    }
}
