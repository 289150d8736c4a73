using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Cli.Rendering;

/// <summary>
/// One JSON object a line and message. First every header field as it is; then, under names of their own, those that this command in this
/// direction gives a meaning; then the whole value, as far as it was kept. NaN and infinities are strings.
/// </summary>
internal sealed class MessageJson(Utf8Buffer buffer) : IDisposable
{
    private readonly EndpointTexts<byte[]> _endpoints = new(endpoint => Encoding.UTF8.GetBytes(endpoint.ToString()));
    private readonly EndpointTexts<byte[]> _addresses = new(endpoint => Encoding.UTF8.GetBytes(endpoint.AddressText()));
    private readonly Utf8Buffer _foreignText = new();
    private readonly Utf8JsonWriter _json = new(
        buffer,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public void Dispose() => _json.Dispose();

    public void Write(in DecodedMessage message)
    {
        var shape = MessageShape.Of(message);
        var header = message.Header;

        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("time_unix_ns"u8, message.Time.UnixNanoseconds);
        _json.WriteNumber("frame"u8, message.Frame);
        _json.WriteString("transport"u8, message.Transport == Transport.Udp ? "udp"u8 : "tcp"u8);
        _json.WriteString("source"u8, _endpoints.Of(message.Source));
        _json.WriteString("destination"u8, _endpoints.Of(message.Destination));
        _json.WriteString("sender"u8, shape.Sender switch { Sender.Client => "client"u8, Sender.Server => "server"u8, _ => "unknown"u8 });
        WriteHeader(header);
        _json.WriteBoolean("extended"u8, header.IsExtended);

        WritePv(message, shape);
        WriteField(message, shape.Parameter1, header.Parameter1);
        WriteField(message, shape.Parameter2, header.Parameter2);
        WriteField(message, shape.Type, header.DataType);
        WriteField(message, shape.Count, header.DataCount);
        WritePayload(message, shape);
        _json.WriteEndObject();
        _json.Flush();
        buffer.Append((byte)'\n');
    }

    private void WriteHeader(in CaHeader header)
    {
        _json.WriteString("command"u8, header.Command.Name());
        _json.WriteNumber("code"u8, (int)header.Command);
        _json.WriteNumber("payload_size"u8, header.PayloadSize);
        _json.WriteNumber("data_type"u8, header.DataType);
        _json.WriteNumber("data_count"u8, header.DataCount);
        _json.WriteNumber("parameter1"u8, header.Parameter1);
        _json.WriteNumber("parameter2"u8, header.Parameter2);
    }

    private void WritePv(in DecodedMessage message, in MessageShape shape)
    {
        if (message.Pv is { } pv)
        {
            _json.WriteString("pv"u8, pv.Text);
        }
        else if (shape.Payload == PayloadRole.PvName && !message.HasGap)
        {
            WriteForeign("pv"u8, PayloadText.UntilNul(message.Payload));
        }
    }

    private void WriteField(in DecodedMessage message, FieldRole role, uint value)
    {
        switch (role)
        {
            case FieldRole.None or FieldRole.Raw or FieldRole.DbrCount or FieldRole.SequenceFlag:
            case FieldRole.Cid when Advertised.IsNoChannel(message, role, value):
                break;
            case FieldRole.Status:
                _json.WriteString("status"u8, EcaStatus.Name(value));
                _json.WriteNumber("status_code"u8, value);
                break;
            case FieldRole.DbrType:
                _json.WriteString("dbr_type"u8, DbrLayout.NameOf((ushort)value));
                break;
            case FieldRole.ServerAddress or FieldRole.Address:
                _json.WriteString("address"u8, _addresses.Of(Advertised.Address(message, role, value)));
                break;
            case FieldRole.ReplyFlag:
                _json.WriteBoolean("reply_wanted"u8, Advertised.WantsReply(value));
                break;
            case FieldRole.AccessRights:
                _json.WriteString("access_rights"u8, AccessRights.Name(value));
                break;
            default:
                _json.WriteNumber(FieldNames.InJson(role), value);
                break;
        }
    }

    private void WritePayload(in DecodedMessage message, in MessageShape shape)
    {
        if (shape.ConfirmsCancel)
        {
            _json.WriteString("confirms"u8, "EVENT_CANCEL"u8);
        }

        if (message.HasGap)
        {
            _json.WriteBoolean("has_gap"u8, value: true);
            return;
        }

        switch (shape.Payload)
        {
            case PayloadRole.Value when DbrReader.TryCreate(message.Header.DataType, message.Header.DataCount, message.Payload, out var value):
                WriteValue(value);
                break;
            case PayloadRole.EventMask when EventMask.TryRead(message.Payload, out var mask):
                _json.WriteString("mask"u8, EventMask.Name(mask));
                break;
            case PayloadRole.Text:
                WriteForeign("text"u8, PayloadText.UntilNul(message.Payload));
                break;
            case PayloadRole.MinorVersion when message.Payload.Length >= sizeof(ushort):
                _json.WriteNumber("minor_version"u8, BinaryPrimitives.ReadUInt16BigEndian(message.Payload));
                break;
            case PayloadRole.Error when ErrorPayload.TryRead(message.Payload, out var error):
                WriteError(error);
                break;
        }
    }

    private void WriteError(in ErrorPayload error)
    {
        _json.WriteStartObject("request"u8);
        WriteHeader(error.Request);
        _json.WriteEndObject();
        WriteForeign("text"u8, error.Text);
    }

    private void WriteValue(in DbrReader value)
    {
        WriteMetadata(value);
        if (value.DeclaredCount == 1 && value.ElementCount == 1)
        {
            _json.WritePropertyName("value"u8);
            WriteElement(value, 0);
        }
        else
        {
            _json.WriteStartArray("value"u8);
            for (var index = 0; index < value.ElementCount; index++)
            {
                WriteElement(value, index);
            }

            _json.WriteEndArray();
        }

        if (value.IsTruncated)
        {
            _json.WriteBoolean("value_truncated"u8, value: true);
        }
    }

    private void WriteMetadata(in DbrReader value)
    {
        if (value.TryReadAlarm(out var status, out var severity))
        {
            _json.WriteString("alarm_severity"u8, AlarmNames.Severity(severity));
            _json.WriteString("alarm_status"u8, AlarmNames.Status(status));
        }

        if (value.TryReadAcknowledgement(out var transient, out var acknowledgeSeverity))
        {
            _json.WriteNumber("ackt"u8, transient);
            _json.WriteString("acks"u8, AlarmNames.Severity(acknowledgeSeverity));
        }

        if (value.TryReadStamp(out var stamp))
        {
            _json.WriteNumber("stamp_unix_ns"u8, stamp.UnixNanoseconds);
        }

        if (value.TryReadPrecision(out var precision))
        {
            _json.WriteNumber("precision"u8, precision);
        }

        if (value.TryReadUnits(out var units))
        {
            WriteForeign("units"u8, units);
        }

        WriteLimits(value);
        if (value.TryReadEnumStringCount(out var count))
        {
            _json.WriteStartArray("enum_strings"u8);
            for (var index = 0; index < count; index++)
            {
                _json.WriteStringValue(Foreign(value.EnumString(index)));
            }

            _json.WriteEndArray();
        }
    }

    private void WriteLimits(in DbrReader value)
    {
        if (!value.TryReadLimit(DbrLimit.UpperDisplay, out _))
        {
            return;
        }

        _json.WriteStartObject("limits"u8);
        for (var limit = DbrLimit.UpperDisplay; value.TryReadLimit(limit, out var number); limit++)
        {
            _json.WritePropertyName(limit switch
            {
                DbrLimit.UpperDisplay => "upper_display"u8,
                DbrLimit.LowerDisplay => "lower_display"u8,
                DbrLimit.UpperAlarm => "upper_alarm"u8,
                DbrLimit.UpperWarning => "upper_warning"u8,
                DbrLimit.LowerWarning => "lower_warning"u8,
                DbrLimit.LowerAlarm => "lower_alarm"u8,
                DbrLimit.UpperControl => "upper_control"u8,
                _ => "lower_control"u8,
            });
            WriteNumber(value.Layout.Element, number);
        }

        _json.WriteEndObject();
    }

    private void WriteElement(in DbrReader value, int index)
    {
        if (value.Layout.Element == DbrElement.Text)
        {
            _json.WriteStringValue(Foreign(value.Text(index)));
        }
        else
        {
            WriteNumber(value.Layout.Element, value.Number(index));
        }
    }

    private void WriteNumber(DbrElement element, double number)
    {
        if (!double.IsFinite(number))
        {
            _json.WriteStringValue(double.IsNaN(number) ? "NaN"u8 : double.IsPositive(number) ? "Infinity"u8 : "-Infinity"u8);
        }
        else if (element == DbrElement.Float32)
        {
            _json.WriteNumberValue((float)number);
        }
        else if (element == DbrElement.Float64)
        {
            _json.WriteNumberValue(number);
        }
        else
        {
            _json.WriteNumberValue((int)number);
        }
    }

    private void WriteForeign(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text) => _json.WriteString(name, Foreign(text));

    /// <summary>Valid UTF-8 of text in unknown encoding; valid until the next call.</summary>
    private ReadOnlySpan<byte> Foreign(ReadOnlySpan<byte> text)
    {
        _foreignText.Clear();
        _foreignText.AppendForeign(text, escape: false);
        return _foreignText.Written;
    }
}
